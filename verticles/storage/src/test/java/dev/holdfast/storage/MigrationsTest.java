package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.messages.storage.AuditReport;
import dev.holdfast.messages.storage.CheckAudit;
import dev.holdfast.messages.storage.CheckKeys;
import dev.holdfast.messages.storage.MarkKey;
import dev.holdfast.messages.storage.RecordAccess;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.StoredService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database as migration 001 left it, with a row of each kind. */
class MigrationsTest {
  private static final String AT = "2026-11-22T12:00:00+00:00";

  @TempDir Path folder;
  Path file;

  @BeforeEach
  void make() throws Exception {
    file = folder.resolve("config.db");
    MetaRow meta = new MetaRow("5b1c2c0e-6f4e-4d0e-9a44-4a6b6ad5b2f1", 3, AT);
    ServiceRow camera =
        new ServiceRow("camera", 2, 3, meta.epoch(), "{\"fps\":30}", "[\"fps\"]", AT, "anna");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        var sql = Migrations.class.getResourceAsStream("/db/001-settings.sql")) {
      statement.executeUpdate(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
      statement.execute("PRAGMA application_id = " + Migrations.APPLICATION_ID);
      statement.execute("PRAGMA user_version = 1");
      insert(
          connection,
          "INSERT INTO meta (epoch, revision, created_at, checksum, id) VALUES (?, ?, ?, ?, 1)",
          meta.columns());
      insert(
          connection,
          "INSERT INTO service_configs (service, version, revision, config_epoch, config_json,"
              + " set_keys, updated_at, updated_by, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          "camera",
          2,
          3,
          meta.epoch(),
          camera.configJson(),
          camera.setKeys(),
          AT,
          "anna",
          camera.checksum());
      for (int i = 0; i < 3; i++) {
        insert(
            connection,
            "INSERT INTO access_log (user_id, action, success, timestamp) VALUES (?, ?, ?, ?)",
            "anna",
            "GET /",
            0,
            AT);
      }
      insert(connection, "INSERT INTO key_checks VALUES (?, ?, ?)", "id-1", "a", AT);
      insert(
          connection,
          "INSERT INTO config_items VALUES (7, 'camera', 'fps', '30', 'integer', 'simple', 'Frames',"
              + " 'help', '[]', 0, ?, 'anna', 'frames')",
          AT);
    }
  }

  @Test
  void start_databaseOfMigration001_isBroughtUpWithAllItHolds() {
    try (Room room = Room.open(file)) {
      assertThat(room.load().revision()).isEqualTo(3);
      StoredService camera = room.service("camera");
      assertThat(camera.stored().canonical()).isEqualTo("{\"fps\":30}");
      assertThat(camera.environment()).isEmpty();
      assertThat(camera.secrets()).isEmpty();
      room.ask(StorageRoutes.CHECK_KEYS, new CheckKeys(Map.of("id-1", "a")));
      assertThat(room.ask(StorageRoutes.MARK_KEY, new MarkKey("id-1", null)).unusedSince())
          .isNull();
      assertThat(room.commit(Room.put("camera", 2, "fps", 31L)).revision()).isEqualTo(4);
    }
  }

  @Test
  void start_rowsOfSettings_keepEveryColumnThatOthersRead() throws Exception {
    String columns =
        "SELECT concat_ws('|', id, service, key, value_json, type, complexity, description,"
            + " help_text, examples, is_secret, updated_by) FROM config_items";
    try (Room room = Room.open(file)) {
      assertThat(room.one(columns))
          .isEqualTo("7|camera|fps|30|integer|simple|Frames|help|[]|0|anna");
      room.commit(Room.put("camera", 2, "fps", 31L));
      assertThat(room.one(columns))
          .isEqualTo("7|camera|fps|1|integer|simple|what it does|[\"1\",\"2\"]|0|anna");
      assertThat(room.one("SELECT COUNT(*) FROM pragma_table_info('config_items')"))
          .isEqualTo("12");
      room.commit(Room.remove("camera", 3));
      assertThat(room.one("SELECT COUNT(*) FROM config_items")).isEqualTo("0");
    }
  }

  @Test
  void start_rowsOfTheAccessLog_areFromBeforeTheChain() {
    try (Room room = Room.open(file)) {
      assertThat(room.ask(StorageRoutes.CHECK_AUDIT, new CheckAudit(null)).fault()).isNull();
      assertThat(room.ask(StorageRoutes.CHECK_AUDIT, new CheckAudit(null)).head()).isNull();
      room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("first")));
      room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("second")));

      AuditReport report = StorageVerticle.verifyAudit(file, room.macs, null);
      assertThat(report.fault()).isNull();
      assertThat(report.beforeChain()).isEqualTo(3);
      assertThat(report.verified()).isEqualTo(2);
      assertThat(report.head().id()).isEqualTo(5);
      assertThat(room.ask(StorageRoutes.CHECK_AUDIT, new CheckAudit(report.head())).fault())
          .isNull();
    }
  }

  @Test
  void offline_databaseOfMigration001_isRefusedAndLeftAlone() throws Exception {
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(() -> StorageVerticle.secretsReport(file))
        .isInstanceOf(BusFailure.class)
        .hasMessageContaining("it has migration 1 (expected: 4");
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void offline_noFileOrNoDatabase_isRefused() throws Exception {
    Path other = Files.writeString(folder.resolve("other.db"), "no database ".repeat(100));

    assertThatThrownBy(
            () -> StorageVerticle.verifyAudit(folder.resolve("none.db"), TestMac.of("key-1"), null))
        .hasMessageContaining("none.db: no such file");
    assertThatThrownBy(() -> StorageVerticle.secretsReport(other))
        .isInstanceOf(BusFailure.class)
        .hasMessageContaining("other.db");
  }

  @Test
  void offline_whileRunningAndAfterTheStop_readsTheSame() {
    AuditReport running;
    try (Room room = Room.open(file)) {
      room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("first")));
      running = StorageVerticle.verifyAudit(file, room.macs, null);
      room.stop();
      assertThat(StorageVerticle.verifyAudit(file, room.macs, running.head())).isEqualTo(running);
      room.start();
    }
    assertThat(running.verified()).isEqualTo(1);
  }

  private static void insert(Connection connection, String sql, Object... values)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
