package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.storage.AuditChecked;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.AuditReport;
import dev.holdfast.messages.storage.CheckAudit;
import dev.holdfast.messages.storage.RecordAccess;
import dev.holdfast.messages.storage.StorageRoutes;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten rows, and somebody who can write to the file. */
class AuditAttackTest {
  private static final String COPY =
      "SELECT %s, user_id, action, service, key, success, reason,"
          + " timestamp, key_id, mac FROM access_log WHERE id = 5";

  @TempDir Path folder;
  Room room;
  AuditHead head;

  @BeforeEach
  void open() {
    room = Room.open(folder.resolve("config.db"));
    for (int i = 1; i <= 10; i++) {
      room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("do-" + i)));
    }
    head = StorageVerticle.verifyAudit(room.file, room.macs, null).head();
    assertThat(head.id()).isEqualTo(10);
  }

  @AfterEach
  void close() {
    room.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user_id = 'mallory'",
        "action = 'other'",
        "service = 'router'",
        "service = NULL",
        "key = 'k'",
        "key = ''",
        "success = 0",
        "reason = NULL",
        "reason = reason || ' '",
        "timestamp = '2026-11-22T12:00:00+00:00'",
        "mac = replace(mac, substr(mac, 1, 1), 'x')",
        "mac = NULL",
        "mac = NULL, key_id = NULL",
        "user_id = action, action = user_id",
        "user_id = user_id || action, action = ''"
      })
  void verify_alteredColumn_isFound(String alteration) throws SQLException {
    room.sql("UPDATE access_log SET " + alteration + " WHERE id = 5");

    assertFault(5, "row 5 was");
  }

  @Test
  void verify_keyIdAltered_isNoFaultOfThatRowButCounted() throws SQLException {
    room.sql("UPDATE access_log SET key_id = 'key-9', reason = 'forged' WHERE id = 5");

    AuditReport report = verify(head);
    assertThat(report.unknownKeys()).isEqualTo(1);
    assertThat(report.verified()).isEqualTo(9);
  }

  @Test
  void verify_keyIdOfAnotherKnownKey_isFound() throws SQLException {
    room.sql("UPDATE access_log SET key_id = 'key-2' WHERE id = 5");

    assertThat(StorageVerticle.verifyAudit(room.file, TestMac.of("key-1", "key-2"), null).faultId())
        .isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "id = 5, 5, row 5 is missing",
    "id IN (5 6 7), 5, rows 5 to 7 are missing",
    "id < 4, 4, row 4 was altered; or rows before it are missing",
    "id = 1, 2, row 2 was altered; or rows before it are missing"
  })
  void verify_rowsDeleted_isFound(String which, long row, String fault) throws SQLException {
    room.sql("DELETE FROM access_log WHERE " + which.replaceAll("(\\d) ", "$1, "));

    assertFault(row, fault.replace(';', ','));
  }

  @Test
  void verify_deletedAndRenumbered_isFound() throws SQLException {
    room.sql(
        "DELETE FROM access_log WHERE id = 5",
        "UPDATE access_log SET id = -id WHERE id > 5",
        "UPDATE access_log SET id = -id - 1 WHERE id < 0");

    assertFault(5, "row 5 was altered");
  }

  @Test
  void verify_twoRowsSwapped_isFound() throws SQLException {
    room.sql(
        "UPDATE access_log SET id = -1 WHERE id = 5",
        "UPDATE access_log SET id = 5 WHERE id = 6",
        "UPDATE access_log SET id = 6 WHERE id = -1");

    assertFault(5, "row 5 was altered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"11", "-1", "0", "9223372036854775807", "-9223372036854775808"})
  void verify_rowPutIn_isFound(String id) throws SQLException {
    room.sql("INSERT INTO access_log " + COPY.formatted(id));

    assertThat(verify(head).fault()).isNotNull();
  }

  @Test
  void verify_rowWithoutMacPutIn_isFound() throws SQLException {
    room.sql(
        "INSERT INTO access_log (user_id, action, success, timestamp)"
            + " VALUES ('mallory', 'x', 1, '2026-11-22T12:00:00+00:00')");

    assertFault(11, "row 11 was put in");
    assertThat(check(head).fault()).contains("row 11 was put in");
  }

  @Test
  void verify_tailCut_isFoundWithTheRecordedHead() throws SQLException {
    room.sql("DELETE FROM access_log WHERE id > 7");

    assertFault(8, "cut off: it ends at row 7, and row 10 was there");
    assertThat(verify(null).fault()).as("nobody can know").isNull();
    assertThat(check(head).fault()).contains("cut off");
  }

  @Test
  void verify_everythingDeleted_isFoundWithTheRecordedHead() throws SQLException {
    room.sql("DELETE FROM access_log");

    assertFault(1, "cut off");
    assertThat(check(head)).isEqualTo(new AuditChecked(null, check(head).fault()));
    assertThat(check(head).fault()).contains("cut off");
  }

  @Test
  void verify_tailCutAndGrownAgain_isFoundWithTheRecordedHead() throws SQLException {
    room.stop();
    room.sql("DELETE FROM access_log WHERE id > 7");
    room.start();
    for (int i = 0; i < 5; i++) {
      room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("other-" + i)));
    }

    assertFault(10, "row 10 was altered: it is not the recorded one");
    assertThat(check(head).fault()).contains("not the recorded one");
  }

  @Test
  void verify_macsOfAllTakenAway_isFoundWithTheRecordedHead() throws SQLException {
    room.sql("UPDATE access_log SET mac = NULL, key_id = NULL");

    assertFault(10, "row 10 was altered");
    assertThat(verify(null).beforeChain()).isEqualTo(10);
    assertThat(check(head).fault()).contains("row 10 was altered");
  }

  @Test
  void verify_anchorPutIn_isFound() throws SQLException {
    room.sql(
        "INSERT INTO audit_anchor SELECT 1, id, mac, key_id, mac FROM access_log WHERE id = 4",
        "DELETE FROM access_log WHERE id < 5");

    assertFault(4, "the anchor was altered");
    assertThat(check(head).fault()).contains("the anchor was altered");
  }

  @Test
  void verify_whileTheManagerWrites_goesOnInMemory() throws SQLException {
    room.sql("DELETE FROM access_log WHERE id > 7");
    room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("next")));

    assertFault(8, "rows 8 to 10 are missing");
  }

  @Test
  void checkAudit_newestRowAltered_isFoundWithoutARecordedHead() throws SQLException {
    assertThat(check(null)).isEqualTo(new AuditChecked(head, null));
    room.sql("UPDATE access_log SET reason = 'other' WHERE id = 10");

    assertThat(check(null).fault()).contains("row 10 was altered");
  }

  @Test
  void checkAudit_olderHeadRecorded_isFineWhereThatRowIsTheSame() throws SQLException {
    AuditHead seventh = new AuditHead(7, room.one("SELECT mac FROM access_log WHERE id = 7"));

    assertThat(check(seventh)).isEqualTo(new AuditChecked(head, null));
    room.sql("DELETE FROM access_log WHERE id = 7");
    assertThat(check(seventh).fault()).contains("row 7 is missing");
  }

  @Test
  void checkAudit_unknownKey_isNoFault() {
    room.stop();
    room.macs = TestMac.of("key-2");
    room.start();

    assertThat(check(head)).isEqualTo(new AuditChecked(head, null));
  }

  private void assertFault(long row, String fault) {
    AuditReport report = verify(head);
    assertThat(report.fault()).contains(fault);
    assertThat(report.faultId()).isEqualTo(row);
  }

  private AuditReport verify(AuditHead recorded) {
    return StorageVerticle.verifyAudit(room.file, room.macs, recorded);
  }

  private AuditChecked check(AuditHead recorded) {
    return room.ask(StorageRoutes.CHECK_AUDIT, new CheckAudit(recorded));
  }
}
