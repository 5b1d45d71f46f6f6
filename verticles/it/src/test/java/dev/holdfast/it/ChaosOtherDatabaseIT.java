package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database that SQLite finds in order and that is the wrong one: of another epoch, from earlier,
 * or with a value altered in place. It is never taken for the right one.
 */
@Chaos.Suite
class ChaosOtherDatabaseIT {
  private static final List<String> SAVED = List.of("config.db", "config.lkg.json");

  @TempDir Path folder;

  private long slowest;

  @Test
  void database_ofAnotherEpoch_isServedReadOnlyUntilAccepted() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path ours = Files.createDirectory(folder.resolve("ours"));
    try (ManagerProcess manager = ManagerProcess.start(other)) {
      change(manager, 1, "theirs");
      manager.terminate();
      Files.copy(other.resolve(".env"), ours.resolve(".env"));
    }
    try (ManagerProcess manager = ManagerProcess.start(ours)) {
      change(manager, 1, "ours");
      manager.terminate();
      // Without the cache file only the epoch file can tell.
      Files.delete(manager.data("config.lkg.json"));
      Files.copy(
          other.resolve("data/config/config.db"),
          manager.data("config.db"),
          StandardCopyOption.REPLACE_EXISTING);
      start(manager);
      report("database of another epoch put in place", refusesWrites(manager));
      assertReadOnly(manager, "database-other-epoch", "database");
    }
  }

  @Test
  void databaseAndCache_fromEarlier_areServedReadOnlyUntilAccepted() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      change(manager, 1, "earlier");
      manager.terminate();
      Path saved = Files.createDirectory(folder.resolve("saved"));
      for (String file : SAVED) {
        Files.copy(manager.data(file), saved.resolve(file));
      }
      manager.startAgain();
      change(manager, 2, "later");
      manager.terminate();
      for (String file : SAVED) {
        Files.copy(saved.resolve(file), manager.data(file), StandardCopyOption.REPLACE_EXISTING);
      }
      start(manager);
      report("database and cache file from earlier put back", refusesWrites(manager));
      assertReadOnly(manager, "database-behind", "database");
    }
  }

  @Test
  void snapshot_alteredInPlace_isNeverServed() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      change(manager, 1, "genuine");
      manager.terminate();
      try (Connection connection =
              DriverManager.getConnection("jdbc:sqlite:" + manager.data("config.db"));
          Statement statement = connection.createStatement()) {
        assertThat(
                statement.executeUpdate(
                    "UPDATE service_configs SET config_json ="
                        + " replace(config_json, 'genuine', 'altered') WHERE service = 'router'"))
            .isEqualTo(1);
      }
      start(manager);
      String value = value(manager);
      report("a stored snapshot altered in place", "genuine".equals(value));
      assertThat(value).isEqualTo("genuine");
      assertReadOnly(manager, "database-corrupted", "lkg");
    }
  }

  private void start(ManagerProcess manager) throws Exception {
    long start = System.nanoTime();
    manager.startAgain();
    slowest = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  private void report(String fault, boolean held) {
    FaultTable.row(fault, 1, held ? 0 : 1, FaultTable.NONE, slowest, "read-only, said so");
  }

  private static void change(ManagerProcess manager, long version, String text) throws Exception {
    HttpResponse<String> response = patch(manager, version, text);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private static HttpResponse<String> patch(ManagerProcess manager, long version, String text)
      throws Exception {
    return manager.patch(
        "router", version, new JsonObject().put("router_wake_ack_text", text).encode());
  }

  private static String value(ManagerProcess manager) throws Exception {
    return manager.service("router").getJsonObject("config").getString("router_wake_ack_text");
  }

  private static boolean refusesWrites(ManagerProcess manager) throws Exception {
    long version = manager.service("router").getLong("version");
    return patch(manager, version, "overwritten").statusCode() == 503;
  }

  private static void assertReadOnly(ManagerProcess manager, String event, String source)
      throws Exception {
    assertThat(refusesWrites(manager)).as("writes are refused").isTrue();
    JsonObject health = new JsonObject(manager.get("/api/config/health").body());
    assertThat(health.getString("operational_mode")).isEqualTo("read-only-fallback");
    assertThat(health.getString("event")).as("%s", health).isEqualTo(event);
    assertThat(health.getString("database_status")).isEqualTo("corrupted");
    assertThat(manager.get("/api/config/services/router").headers().firstValue("X-Config-Source"))
        .contains(source);
    assertThat(ManagerProcess.text(manager.log())).contains(event + ":");
  }
}
