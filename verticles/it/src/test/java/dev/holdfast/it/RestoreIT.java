package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.client.BlockingHoldfast;
import dev.holdfast.client.DefaultValue;
import dev.holdfast.client.HoldfastOptions;
import dev.holdfast.client.ServiceConfig;
import dev.holdfast.it.Replicated.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes back from a replica, with the real Litestream. */
class RestoreIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;

  /** Part of a shipped service. */
  @ServiceConfig("router")
  record Router(@DefaultValue("Yes?") String routerWakeAckText) {}

  private Map<String, String> toFolder() {
    return Map.of("LITESTREAM_REPLICA_URL", "file://" + replica());
  }

  private Path replica() {
    return folder.resolve("replica");
  }

  private Path home() throws IOException {
    return Files.createDirectories(folder.resolve("home"));
  }

  @ParameterizedTest
  @EnumSource
  void restores_atRandomTimesWhileWriting_arePrefixesOfWhatWasAcknowledged(Version litestream)
      throws Exception {
    Random random = new Random(20261124);
    try (S3Store store = S3Store.start(folder);
        Replicated it = Replicated.start(litestream, home(), store.environment())) {
      Replicated.Writing writing = it.writing(20);
      int restores = Chaos.FULL ? 50 : 6;
      for (int i = 0; i < restores; i++) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(2_500));
        Instant asked = Instant.now();
        boolean earlier = i % 3 == 2;
        Instant at = asked.minusSeconds(1 + random.nextInt(5)).truncatedTo(ChronoUnit.SECONDS);
        Path copy = folder.resolve("copy-" + i + ".db");
        List<String> words = new ArrayList<>(List.of("restore", "--to", copy.toString()));
        words.addAll(earlier ? List.of("--timestamp", at.toString()) : List.of("--latest"));
        Command.succeed(it.manager, words.toArray(String[]::new));
        long version = checkedPrefix(copy);
        Instant proven = (earlier ? at : asked).minusSeconds(8);
        var before = writing.acknowledged.floorEntry(proven);
        assertThat(version)
            .as("restore %d at %s", i, asked)
            .isGreaterThanOrEqualTo(before == null ? 1 : before.getValue())
            .isLessThanOrEqualTo(writing.acknowledged.lastEntry().getValue() + 1);
      }
      writing.end();
    }
  }

  /** Every change up to the newest is in it, once, and nothing else; answers the newest. */
  private static long checkedPrefix(Path copy) throws Exception {
    List<String> found =
        Vault.select(copy, "SELECT version FROM service_configs WHERE service = 'router'");
    long version = Long.parseLong(found.get(0));
    List<String> history =
        Vault.select(
            copy,
            "SELECT new_value_json FROM config_history WHERE service = 'router'"
                + " AND key = 'router_wake_ack_text' ORDER BY id");
    assertThat(history).hasSize((int) version - 1);
    for (int i = 0; i < history.size(); i++) {
      assertThat(history.get(i)).isEqualTo('"' + Replicated.value(i + 2) + '"');
    }
    return version;
  }

  @ParameterizedTest
  @EnumSource
  void restore_toATime_isPutInPlace_keepsTheOld_andIsAccepted(Version litestream) throws Exception {
    try (Replicated it = Replicated.start(litestream, home(), toFolder())) {
      it.write();
      it.write();
      TimeUnit.MILLISECONDS.sleep(2_500);
      final Instant then = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      TimeUnit.MILLISECONDS.sleep(1_500);
      it.write();
      it.awaitDrained(PATIENCE);
      Command held = Command.run(it.manager, "restore", "--latest");
      assertThat(held.exitCode()).isEqualTo(1);
      assertThat(held.err()).contains("held by another manager");

      it.manager.terminate();
      Command shown = Command.run(it.manager, "restore", "--timestamp", then.toString());
      assertThat(shown.exitCode()).as(shown.text()).isEqualTo(1);
      assertThat(shown.out())
          .contains("Restored: revision 3 of epoch")
          .contains("is kept as", "before-restore-")
          .contains("Not in the database: revisions 4 to 4")
          .contains("router: version 3 of");
      Command accepted = Command.succeed(it.manager, "restore", "--accept-epoch");
      assertThat(accepted.out()).contains("Accepted: epoch");
      assertThat(it.manager.data("config.db-wal")).doesNotExist();
      assertThat(it.manager.data("config.db-shm")).doesNotExist();

      it.manager.startAgain();
      assertThat(it.manager.service("router").getLong("version")).isEqualTo(3);
      assertThat(it.manager.service("router").getString("config_epoch"))
          .isEqualTo(it.health().getString("config_epoch"));
      it.awaitHealthy();
      assertThat(it.manager.patch("router", 3, "{\"router_wake_ack_text\":\"on\"}").statusCode())
          .isEqualTo(200);
      it.awaitDrained(PATIENCE);
      Command drill = Command.succeed(it.manager, "backup", "drill");
      assertThat(drill.out()).contains("Proven: revision 4 of epoch");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> it.detail().getJsonObject("last_restore_drill") != null);
      assertThat(it.detail().getJsonObject("last_restore_drill").getBoolean("ok")).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void disaster_nothingLeftButBucketAndDotenv_everythingComesBack(Version litestream)
      throws Exception {
    try (S3Store store = S3Store.start(folder);
        Replicated it = Replicated.start(litestream, home(), store.environment())) {
      it.write();
      it.write();
      Vault.ok(Vault.put(it.manager, "tts-worker", "eleven_api_key", "sesame-open"));
      it.awaitDrained(PATIENCE);
      String epoch = it.health().getString("config_epoch");
      HoldfastOptions options =
          new HoldfastOptions()
              .setUrl("http://127.0.0.1:" + it.manager.port)
              .setToken(it.manager.reader())
              .setPublicKeys(it.manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"))
              .setSse(true)
              .setRefreshMillis(1_000);
      try (BlockingHoldfast client = BlockingHoldfast.create(options)) {
        assertThat(client.get(Router.class).routerWakeAckText()).isEqualTo(Replicated.value(3));
        it.backup.terminate();
        it.manager.kill();
        delete(home().resolve("data"));

        Command restored = Command.succeed(it.manager, "restore", "--latest", "--accept-epoch");
        assertThat(restored.out()).contains("Restored: revision 4", "Accepted: epoch");
        it.manager.startAgain();
        it.backup.launch();
        it.awaitHealthy();
        assertThat(it.health().getBoolean("ok")).isTrue();
        assertThat(it.health().getString("config_epoch")).isNotEqualTo(epoch);
        assertThat(
                Vault.ok(
                        Vault.reveal(
                            it.manager, it.manager.admin(), "tts-worker", "eleven_api_key", "look"))
                    .getString("value"))
            .isEqualTo("sesame-open");
        Command.succeed(it.manager, "audit", "verify");
        it.write();
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> client.get(Router.class).routerWakeAckText().equals(Replicated.value(4)));
      }
      it.awaitDrained(PATIENCE);
      assertThat(Command.succeed(it.manager, "backup", "drill").out()).contains("revision 5");
    }
  }

  /** As docs/operations.md tells it: the folder and the .env, packed and unpacked. */
  @Test
  void move_toAnotherMachine_losesNothing_andKeepsTheEpoch() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(home())) {
      Vault.ok(manager.patch("router", 1, "{\"router_wake_ack_text\":\"here\"}"));
      Vault.ok(Vault.put(manager, "tts-worker", "eleven_api_key", "sesame-open"));
      final String epoch = manager.service("router").getString("config_epoch");
      Command.succeed(manager, "doctor");
      manager.terminate();
      String packed = folder.resolve("move.tar.gz").toString();
      ManagerProcess.run(folder, "tar", "-C", home().toString(), "-czf", packed, ".env", "data");
      Path other = Files.createDirectories(folder.resolve("other"));
      ManagerProcess.run(folder, "tar", "-C", other.toString(), "-xzf", packed);
      try (ManagerProcess moved = ManagerProcess.start(other)) {
        assertThat(moved.service("router").getLong("version")).isEqualTo(2);
        assertThat(moved.service("router").getString("config_epoch")).isEqualTo(epoch);
        assertThat(
                Vault.ok(Vault.reveal(moved, moved.admin(), "tts-worker", "eleven_api_key", "look"))
                    .getString("value"))
            .isEqualTo("sesame-open");
        Vault.ok(moved.patch("router", 2, "{\"router_wake_ack_text\":\"there\"}"));
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /** What may be wrong with a replica. */
  enum Damage {
    /** A piece in the middle is not there. */
    MISSING,
    /** A byte in the middle of a piece is another. */
    ALTERED,
    /** A piece ends too early. */
    TRUNCATED,
    /** There is nothing. */
    EMPTY
  }

  @ParameterizedTest
  @EnumSource
  void replica_damaged_isRefused_andTheDatabaseStays(Version litestream) throws Exception {
    try (Replicated it = Replicated.start(litestream, home(), toFolder())) {
      for (int i = 0; i < 6; i++) {
        it.write();
        TimeUnit.MILLISECONDS.sleep(1_300);
      }
      it.awaitDrained(PATIENCE);
      Command.succeed(it.manager, "backup", "drill");
      it.backup.terminate();
      it.manager.terminate();
      final byte[] database = Files.readAllBytes(it.manager.data("config.db"));
      Path whole = folder.resolve("whole");
      copy(replica(), whole);
      for (Damage damage : Damage.values()) {
        delete(replica());
        copy(whole, replica());
        damage(damage);
        Command restore = Command.run(it.manager, "restore", "--latest", "--accept-epoch");
        assertThat(restore.exitCode()).as("%s: %s", damage, restore.text()).isEqualTo(1);
        assertThat(restore.err()).as(damage.name()).containsAnyOf("Nothing was restored", "backup");
        assertThat(Files.readAllBytes(it.manager.data("config.db")))
            .as(damage.name())
            .isEqualTo(database);
        Command drill = Command.run(it.manager, "backup", "drill");
        assertThat(drill.exitCode()).as("%s: %s", damage, drill.text()).isEqualTo(1);
      }
      try (Stream<Path> left = Files.list(it.manager.data("config.db").getParent())) {
        assertThat(left.map(each -> each.getFileName().toString()))
            .noneMatch(name -> name.contains("restor") && !name.equals("restore-drill.json"));
      }
      it.manager.startAgain();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(it.manager.get("/api/config/health?detail=true").body())
                      .contains("restore-failed"));
    }
  }

  /** Pieces of the log that are no summary of others, in the order of time. */
  private List<Path> pieces() throws IOException {
    try (Stream<Path> all = Files.walk(replica())) {
      return all.filter(
              each -> each.toString().endsWith(".wal.lz4") || each.toString().contains("/ltx/0/"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private void damage(Damage damage) throws IOException {
    // Summaries of the newer version would stand in for what is damaged.
    for (int level = 1; level < 9; level++) {
      Path summary = replica().resolve("ltx/" + level);
      if (Files.exists(summary)) {
        delete(summary);
      }
    }
    List<Path> pieces = pieces();
    int middle = pieces.size() / 2;
    Path piece = pieces.get(middle);
    switch (damage) {
      case MISSING -> {
        Files.delete(piece);
        FileTime later = FileTime.from(Instant.now().plusSeconds(60));
        for (Path after : pieces.subList(middle + 1, pieces.size())) {
          Files.setLastModifiedTime(after, later);
        }
      }
      case ALTERED -> {
        byte[] bytes = Files.readAllBytes(piece);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(piece, bytes);
      }
      case TRUNCATED -> {
        byte[] bytes = Files.readAllBytes(piece);
        Files.write(piece, java.util.Arrays.copyOf(bytes, bytes.length / 2));
      }
      case EMPTY -> {
        delete(replica());
        Files.createDirectories(replica());
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Map<Path, Path> all = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(from)) {
      tree.forEach(each -> all.put(each, to.resolve(from.relativize(each).toString())));
    }
    for (Map.Entry<Path, Path> each : all.entrySet()) {
      if (Files.isDirectory(each.getKey())) {
        Files.createDirectories(each.getValue());
      } else {
        Files.copy(each.getKey(), each.getValue());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void replica_ofAnotherManager_isRefusedUnlessAccepted(Version litestream) throws Exception {
    try (Replicated other = Replicated.start(litestream, home(), toFolder())) {
      other.write();
      other.awaitDrained(PATIENCE);
      Path mine = Files.createDirectories(folder.resolve("mine"));
      Files.copy(home().resolve(".env"), mine.resolve(".env"));
      Map<String, String> environment = new HashMap<>(other.manager.environment());
      try (ManagerProcess manager = ManagerProcess.start(mine, environment)) {
        Command drill = Command.run(manager, "backup", "drill");
        assertThat(drill.exitCode()).isEqualTo(1);
        assertThat(drill.out()).contains("of another epoch");
        manager.terminate();
        byte[] database = Files.readAllBytes(manager.data("config.db"));
        Command restore = Command.run(manager, "restore", "--latest");
        assertThat(restore.exitCode()).isEqualTo(1);
        assertThat(restore.err()).contains("of another epoch", "not put in place");
        assertThat(Files.readAllBytes(manager.data("config.db"))).isEqualTo(database);
      }
    }
  }
}
