package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The master key is changed under a thousand secrets. */
class RotationIT {
  private static final int KILLS = 10;
  private static final String KEY = "CONFIG_MASTER_KEY_BASE64";
  private static final String KEY_ID = "CONFIG_MASTER_KEY_ID";
  private static final String OLD_KEY = "CONFIG_MASTER_KEY_OLD_BASE64";
  private static final String OLD_KEY_ID = "CONFIG_MASTER_KEY_OLD_ID";

  @TempDir Path folder;
  private ManySecrets secrets;
  private ManagerProcess manager;

  @AfterEach
  void stop() {
    if (manager != null) {
      manager.close();
    }
  }

  @Test
  void rotateMaster_thousandSecrets_whileFiftyReadersRead() throws Exception {
    secrets = new ManySecrets(folder, 20, 50);
    manager = secrets.manager;
    secrets.start();
    JsonObject before = Vault.status(manager);
    assertThat(before.getString("rotation")).isEqualTo("none");
    assertThat(before.getInteger("total")).isEqualTo(1_000);
    String oldId = manager.dotenv(KEY_ID);
    assertThat(Command.succeed(manager, "secrets", "status").text()).contains(oldId, "1000");

    String said = Command.succeed(manager, "rotate", "master").text();
    String newId = manager.dotenv(KEY_ID);
    assertThat(newId).isNotEqualTo(oldId);
    assertThat(manager.dotenv(OLD_KEY_ID)).isEqualTo(oldId);
    assertThat(said).doesNotContain(manager.dotenv(KEY)).doesNotContain(manager.dotenv(OLD_KEY));
    manager.terminate();

    AtomicBoolean done = new AtomicBoolean();
    Queue<String> errors = new ConcurrentLinkedQueue<>();
    AtomicInteger reads = new AtomicInteger();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String service = "vault-" + i % 20;
      boolean clear = i % 2 == 0;
      Thread reader = new Thread(() -> read(service, clear, done, reads, errors));
      readers.add(reader);
      reader.start();
    }
    manager.startAgain();
    long ready = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> waiting() == 0);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ready);
    await().until(() -> Vault.status(manager).getString("rotation").equals("grace"));
    int during = reads.get();
    await().until(() -> reads.get() > during + 200);
    done.set(true);
    for (Thread reader : readers) {
      reader.join();
    }
    Duration took = took();
    Figures.note(
        "1000 secrets sealed anew in "
            + took.toMillis()
            + " ms, seen "
            + millis
            + " ms after ready; reads meanwhile: "
            + reads);
    assertThat(took).isLessThan(Duration.ofSeconds(10));
    assertThat(errors).isEmpty();
    assertThat(secrets.keyIds()).containsExactly(newId);

    JsonObject grace = Vault.status(manager);
    assertThat(grace.getString("master_key_id")).isEqualTo(newId);
    assertThat(grace.getString("old_key_id")).isEqualTo(oldId);
    assertThat(OffsetDateTime.parse(grace.getString("safe_at")).toInstant())
        .isBetween(Instant.now().plusSeconds(55 * 60), Instant.now().plusSeconds(60 * 60));
    assertThat(Command.succeed(manager, "secrets", "status").text()).contains(newId, oldId);
    assertThat(Command.run(manager, "rotate", "master", "--drop-old").exitCode())
        .as("the grace time is not over")
        .isNotZero();
    assertThat(manager.dotenv(OLD_KEY_ID)).isEqualTo(oldId);
    manager.terminate();

    manager.environment().put("CONFIG_KEY_ROTATION_GRACE_MINUTES", "0");
    manager.startAgain();
    await().until(() -> Vault.status(manager).getString("rotation").equals("safe-to-remove"));
    Command.succeed(manager, "rotate", "master", "--drop-old");
    assertThat(Files.readString(folder.resolve(".env"))).doesNotContain(oldId);
    manager.terminate();
    manager.startAgain();
    assertThat(Vault.status(manager).getString("rotation")).isEqualTo("none");
    secrets.allReadable();
  }

  /** From the manager's log. */
  private Duration took() {
    return Duration.between(
        at("secrets are under another key"), at("All secrets that open are under key"));
  }

  private Instant at(String message) {
    return ManagerProcess.text(manager.log())
        .lines()
        .filter(line -> line.contains(message))
        .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
        .reduce((one, later) -> later)
        .orElseThrow(() -> new AssertionError("not logged: " + message));
  }

  private void read(
      String service,
      boolean clear,
      AtomicBoolean done,
      AtomicInteger reads,
      Queue<String> errors) {
    boolean seen = false;
    try {
      String token = clear ? secrets.tokens.of("vera") : manager.reader();
      while (!done.get() && errors.isEmpty()) {
        try {
          HttpResponse<String> response =
              manager.call("GET", "/api/config/services/" + service, token, null);
          JsonObject config = Vault.ok(response).getJsonObject("config");
          if (clear && !config.equals(secrets.expected.get(service))) {
            errors.add(service + ": other secrets than were set");
          }
          if (!clear && !config.stream().allMatch(each -> Vault.MASK.equals(each.getValue()))) {
            errors.add(service + ": not masked");
          }
          seen = true;
          reads.incrementAndGet();
          TimeUnit.MILLISECONDS.sleep(5);
        } catch (IOException e) {
          if (seen) {
            errors.add(service + ": " + e);
          }
          TimeUnit.MILLISECONDS.sleep(20); // It does not listen yet.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | AssertionError e) {
      errors.add(service + ": " + e);
    }
  }

  @Test
  void kill_tenTimesWhileReseals_completesWithEverySecretReadable() throws Exception {
    secrets = new ManySecrets(folder, 30, 50);
    manager = secrets.manager;
    secrets.start();
    Command.succeed(manager, "rotate", "master");
    String newId = manager.dotenv(KEY_ID);
    manager.terminate();
    Random random = new Random(7);
    List<Integer> left = new ArrayList<>(List.of(1_500));
    for (int i = 0; i < KILLS; i++) {
      int before = 1_500 - left.get(i);
      manager.launch();
      awaitReseals(newId, before, Duration.ofSeconds(before < 1_500 ? 20 : 1));
      TimeUnit.MILLISECONDS.sleep(random.nextInt(15));
      manager.kill();
      left.add(1_500 - secrets.count(newId));
    }
    Figures.note("secrets left after each kill: " + left);
    assertThat(left).as("killed in the middle").anyMatch(rest -> rest > 0 && rest < 1_500);
    manager.startAgain();
    await().atMost(Duration.ofSeconds(10)).until(() -> waiting() == 0);
    assertThat(secrets.keyIds()).containsExactly(newId);
    assertThat(Vault.status(manager).getJsonArray("faults")).isEmpty();
    secrets.allReadable();
    Figures.note(
        left.get(KILLS) + " secrets sealed anew in " + took().toMillis() + " ms, no reads");
  }

  /** How many secrets are under the old key; -1 where that is not said at the moment. */
  private int waiting() throws Exception {
    JsonObject status = Vault.status(manager);
    return status == null ? -1 : status.getInteger("waiting");
  }

  /** Until more rows than before are under that key, or the time is over. */
  private void awaitReseals(String keyId, int before, Duration most) throws Exception {
    long deadline = System.nanoTime() + most.toNanos();
    try (Connection connection = connect();
        PreparedStatement count =
            connection.prepareStatement(
                "SELECT count(*) FROM encrypted_secrets WHERE key_id = ?")) {
      count.setString(1, keyId);
      while (System.nanoTime() < deadline) {
        try (ResultSet row = count.executeQuery()) {
          if (row.next() && row.getInt(1) > before) {
            return;
          }
        } catch (SQLException e) {
          // It is just being opened by the manager.
        }
        TimeUnit.MILLISECONDS.sleep(4);
      }
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:sqlite:file:" + manager.data("config.db") + "?mode=ro");
  }
}
