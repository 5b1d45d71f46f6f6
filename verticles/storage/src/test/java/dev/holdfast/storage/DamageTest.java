package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.LoadStored;
import dev.holdfast.messages.storage.ProbeStorage;
import dev.holdfast.messages.storage.StorageRoutes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamageTest {
  @TempDir Path folder;
  Path file;
  Room room;

  @BeforeEach
  void open() {
    file = folder.resolve("config.db");
    room = Room.open(file);
    room.commit(Room.put("camera", 0, "fps", 30L), Room.put("old", 0, "k", 1L));
    room.commit(Room.remove("old", 1));
    room.register("camera");
  }

  @AfterEach
  void close() {
    room.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE service_configs SET config_json = '{\"fps\":31}'",
        "UPDATE service_configs SET version = 2",
        "UPDATE service_configs SET revision = 3",
        "UPDATE service_configs SET config_epoch = 'x'",
        "UPDATE service_configs SET set_keys = '[]'",
        "UPDATE service_configs SET updated_at = '2026-11-22T12:00:00+00:00'",
        "UPDATE service_configs SET updated_by = 'mallory'",
        "UPDATE service_configs SET service = 'kamera'",
        "UPDATE tombstones SET version = 9",
        "UPDATE registered_schemas SET document = '{\"a\":1}'",
        "UPDATE schema_version SET model_hash = 'other'",
        "UPDATE meta SET revision = 1",
        "DELETE FROM meta"
      })
  void load_alteredRow_failsStorageCorrupt(String alteration) throws Exception {
    room.load();
    room.sql("PRAGMA foreign_keys = OFF", alteration);

    BusFailure failure = room.refused(StorageRoutes.LOAD, new LoadStored());

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_CORRUPT);
  }

  @Test
  void load_alteredConfig_namesTheService() throws Exception {
    room.sql("UPDATE service_configs SET config_json = replace(config_json, '3', '4')");

    assertThat(room.refused(StorageRoutes.LOAD, new LoadStored()).detail()).contains("camera");
  }

  @Test
  void commit_onAlteredRow_failsStorageCorruptForThatServiceOnly() throws Exception {
    room.sql("UPDATE service_configs SET config_json = replace(config_json, '3', '4')");

    BusFailure failure =
        room.refused(StorageRoutes.COMMIT, Room.change(Room.put("camera", 1, "fps", 1L)));

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_CORRUPT);
    assertThat(room.commit(Room.put("router", 0, "a", 1L)).revision()).isEqualTo(3);
  }

  @Test
  void findHistory_alteredRow_failsStorageCorrupt() throws Exception {
    room.sql("UPDATE config_history SET new_value_json = '31' WHERE key = 'fps'");

    BusFailure failure =
        room.refused(
            StorageRoutes.FIND_HISTORY,
            new FindHistory(null, null, null, null, null, List.of(), 10));

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_CORRUPT);
    assertThat(failure.detail()).contains("camera");
  }

  @Test
  void probe_fileDeleted_failsStorageMissingAndMakesNoNewOne() throws Exception {
    Files.delete(file);

    BusFailure failure = room.refused(StorageRoutes.PROBE, new ProbeStorage());
    BusFailure commit =
        room.refused(StorageRoutes.COMMIT, Room.change(Room.put("router", 0, "a", 1L)));

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_MISSING);
    assertThat(failure.detail()).contains("deleted");
    assertThat(commit.code()).isEqualTo(FailureCode.STORAGE_MISSING);
    assertThat(file).doesNotExist();
  }

  @Test
  void probe_fileReplacedAndPutBack_failsUntilItIsBack() throws Exception {
    Path aside = folder.resolve("aside.db");
    Files.move(file, aside);
    Files.copy(aside, file);

    BusFailure failure = room.refused(StorageRoutes.PROBE, new ProbeStorage());
    Files.delete(file);
    Files.move(aside, file);

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_CORRUPT);
    assertThat(failure.detail()).contains("replaced");
    assertThat(room.ask(StorageRoutes.PROBE, new ProbeStorage()).revision()).isEqualTo(2);
  }

  @Test
  void probe_databaseSetBack_failsStorageCorrupt() throws Exception {
    MetaRow older = new MetaRow(room.load().epoch(), 1, "2026-11-22T12:00:00+00:00");
    room.sql(
        "UPDATE meta SET revision = 1, created_at = '"
            + older.createdAt()
            + "', checksum = '"
            + older.checksum()
            + "'");

    BusFailure failure = room.refused(StorageRoutes.PROBE, new ProbeStorage());

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_CORRUPT);
    assertThat(failure.detail()).contains("revision 1 (expected: at least 2)");
  }

  @Test
  void start_garbage_isAFaultAndLeftAlone() throws Exception {
    Path other = folder.resolve("garbage.db");
    byte[] garbage = "this is no database, ".repeat(100).getBytes(StandardCharsets.UTF_8);
    Files.write(other, garbage);

    BusFailure failure = faultAfterStart(other);

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_CORRUPT);
    assertThat(failure.detail()).contains(other.toString()).doesNotContain("\n");
    assertThat(other).hasBinaryContent(garbage);
  }

  @Test
  void start_databaseOfAnotherProgram_isAFaultAndLeftAlone() throws Exception {
    Path other = folder.resolve("foreign.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + other);
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE theirs (a)");
    }
    byte[] before = Files.readAllBytes(other);

    BusFailure failure = faultAfterStart(other);

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_FOREIGN);
    assertThat(failure.detail()).contains("another program");
    assertThat(other).hasBinaryContent(before);
  }

  @Test
  void start_newerMigration_isAFault() throws Exception {
    room.stop();
    room.sql("PRAGMA user_version = 999");

    BusFailure failure = faultAfterStart(file);

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_NEWER);
    assertThat(failure.detail()).contains("migration 999");
    room.sql("PRAGMA user_version = 4");
    room.start();
  }

  @Test
  void start_emptyFileBesideItsLog_isAFault() throws Exception {
    Path other = folder.resolve("cut.db");
    Files.createFile(other);
    Files.writeString(folder.resolve("cut.db-wal"), "what was committed last");

    assertThat(faultAfterStart(other).code()).isEqualTo(FailureCode.STORAGE_CORRUPT);
  }

  private static BusFailure faultAfterStart(Path file) {
    try (Room other = Room.open(file)) {
      return other.refused(StorageRoutes.PROBE, new ProbeStorage());
    }
  }
}
