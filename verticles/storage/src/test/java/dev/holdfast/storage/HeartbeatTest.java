package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.DatabaseVerified;
import dev.holdfast.messages.storage.HeartbeatRecorded;
import dev.holdfast.messages.storage.RecordHeartbeat;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.VerifyDatabase;
import dev.holdfast.model.Times;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatTest {
  @TempDir Path folder;

  private Room room;

  @BeforeEach
  void open() {
    room = Room.open(folder.resolve("config.db"));
  }

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void heartbeat_isACommitWithoutARevision() throws Exception {
    room.commit(Room.put("camera", 0, "fps", 1L));
    long before = room.load().revision();
    HeartbeatRecorded first = room.ask(StorageRoutes.HEARTBEAT, new RecordHeartbeat());
    HeartbeatRecorded second = room.ask(StorageRoutes.HEARTBEAT, new RecordHeartbeat());
    assertThat(second.at()).isAfterOrEqualTo(first.at());
    assertThat(room.one("SELECT at FROM heartbeat")).isEqualTo(Times.format(second.at()));
    assertThat(room.load().revision()).isEqualTo(before);
  }

  @Test
  void verify_tellsWhatARestoredFileIs() throws Exception {
    room.commit(Room.put("camera", 0, "fps", 1L));
    HeartbeatRecorded beat = room.ask(StorageRoutes.HEARTBEAT, new RecordHeartbeat());
    Path copy = copied();
    DatabaseVerified verified = room.ask(StorageRoutes.VERIFY, new VerifyDatabase(copy));
    assertThat(verified.epoch()).isEqualTo(room.load().epoch());
    assertThat(verified.revision()).isEqualTo(room.load().revision());
    assertThat(verified.services()).isEqualTo(1);
    assertThat(verified.newest()).isEqualTo(beat.at());
    assertThat(verified.auditFault()).isNull();
  }

  @Test
  void verify_valueThatWasAltered_failsCorrupt() throws Exception {
    room.commit(Room.put("camera", 0, "fps", 1L));
    Path copy = copied();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
        var statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE service_configs SET config_json = '{\"fps\":2}'");
    }
    assertThat(room.refused(StorageRoutes.VERIFY, new VerifyDatabase(copy)).code())
        .isEqualTo(FailureCode.STORAGE_CORRUPT);
  }

  @Test
  void replicated_leavesTheLogToTheOther() throws Exception {
    DatabaseFile file = DatabaseFile.prepare(room.file, false);
    try (var connection = ConnectionSource.forWriting(file, true).getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("PRAGMA wal_autocheckpoint")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(16_384);
    }
  }

  private Path copied() throws Exception {
    Path copy = folder.resolve("copy.db");
    Files.deleteIfExists(copy);
    try (var connection = room.stranger();
        var statement = connection.createStatement()) {
      statement.execute("VACUUM INTO '" + copy + "'");
    }
    return copy;
  }
}
