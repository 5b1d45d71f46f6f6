package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AccessFound;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.AuditReport;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Done;
import dev.holdfast.messages.storage.FindAccess;
import dev.holdfast.messages.storage.RecordAccess;
import dev.holdfast.messages.storage.StorageRoutes;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditChainTest {
  @TempDir Path folder;
  Room room;
  List<AuditHead> heads;

  @BeforeEach
  void open() {
    room = Room.open(folder.resolve("config.db"));
    heads = new CopyOnWriteArrayList<>();
    room.bus.subscribe(StorageRoutes.AUDIT_HEAD, heads::add);
  }

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void append_fromChangesAwaitedAndBatched_isOneChain() {
    room.ask(
        StorageRoutes.COMMIT,
        Room.audited(Room.put("camera", 0, "fps", 1L), Room.entry("change"), Room.entry("reveal")));
    Done done = room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("read-secrets")));
    room.bus.publish(StorageRoutes.ACCESS, Room.entry("sign-in"));
    Awaitility.await().until(() -> actions().size() == 4);

    assertThat(done).isEqualTo(new Done());
    assertThat(actions()).containsExactly("change", "reveal", "read-secrets", "sign-in");
    AuditReport report = verify();
    assertThat(report.fault()).isNull();
    assertThat(report.verified()).isEqualTo(4);
    Awaitility.await().until(() -> heads.size() == 3);
    assertThat(heads).extracting(AuditHead::id).containsExactly(2L, 3L, 4L);
    assertThat(heads.get(2)).isEqualTo(report.head());
    assertThat(room.load().revision()).isEqualTo(1);
  }

  @Test
  void commit_refusedChange_leavesNoRow() {
    room.commit(Room.put("camera", 0, "fps", 1L));

    room.refused(
        StorageRoutes.COMMIT,
        Room.audited(Room.put("camera", 7, "fps", 2L), Room.entry("refused")));
    room.ask(
        StorageRoutes.COMMIT, Room.audited(Room.put("camera", 1, "fps", 2L), Room.entry("done")));

    assertThat(actions()).containsExactly("done");
  }

  @Test
  void commit_groupOfMany_writesRowsOfTheAcceptedInOrder() throws SQLException {
    List<Future<?>> sent = new ArrayList<>();
    try (Connection stranger = room.stranger();
        var statement = stranger.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      for (int i = 0; i < 40; i++) {
        long expected = i % 4 == 3 ? 9 : 0;
        sent.add(
            room.bus.call(
                StorageRoutes.COMMIT,
                Room.audited(Room.put("service-" + i, expected, "k", 1L), Room.entry("do-" + i))));
      }
      Awaitility.await()
          .until(() -> room.meters.get("holdfast.storage.queue").gauge().value() == 39.0);
      statement.execute("ROLLBACK");
      Room.await(Future.join(sent).otherwiseEmpty());
    }

    List<String> accepted = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      if (i % 4 != 3) {
        accepted.add("do-" + i);
      }
    }
    assertThat(actions()).isEqualTo(accepted);
    assertThat(verify().verified()).isEqualTo(30);
    Awaitility.await().until(() -> heads.size() == 2);
    assertThat(heads).as("one a transaction").extracting(AuditHead::id).containsExactly(1L, 30L);
  }

  @Test
  void commit_groupRolledBack_leavesChainAndIdsIntact() throws SQLException {
    room.sql(
        "CREATE TRIGGER poison BEFORE INSERT ON access_log WHEN NEW.action = 'poison'"
            + " BEGIN SELECT RAISE(ABORT, 'poisoned'); END");
    List<Future<?>> sent = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      sent.add(
          room.bus.call(
              StorageRoutes.COMMIT,
              Room.audited(
                  Room.put("service-" + i, 0, "k", 1L),
                  Room.entry("before"),
                  Room.entry(i % 10 == 5 ? "poison" : "after"))));
    }
    Room.await(Future.join(sent).otherwiseEmpty());
    room.refused(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("poison")));
    room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("last")));

    assertThat(sent.stream().filter(Future::failed)).hasSize(3);
    AuditReport report = verify();
    assertThat(report.fault()).isNull();
    assertThat(report.verified()).isEqualTo(2 * 27 + 1);
    assertThat(report.head().id()).isEqualTo(2 * 27 + 1);
    assertThat(room.load().revision()).isEqualTo(27);
  }

  @Test
  void append_thenRolledBackOrCommitFailed_isForgotten() {
    Path other = folder.resolve("other.db");
    Writer writer = new Writer(room.vertx, DatabaseFile.prepare(other, true), false);
    Room.await(writer.open(Clock.systemUTC(), true));
    AuditChain chain = new AuditChain(room.macs, heads::add);
    List<AccessEntry> entries = List.of(Room.entry("a"), Room.entry("b"));
    for (int i = 0; i < 3; i++) {
      Room.await(writer.run(() -> append(writer, chain, entries)));
      Room.failure(
          writer.run(
              () ->
                  writer.transaction(
                      connection -> {
                        chain.append(connection, entries);
                        throw BusFailure.of(FailureCode.CONFLICT, "rolled back");
                      })));
      Room.failure(
          writer.run(
              () ->
                  writer.transaction(
                      connection -> {
                        chain.append(connection, entries);
                        connection.execute("COMMIT");
                        connection.execute("BEGIN");
                        connection.execute("no such statement");
                        return true;
                      })));
      Room.await(writer.run(() -> append(writer, chain, List.of())));
    }

    assertThat(heads).extracting(AuditHead::id).containsExactly(2L, 6L, 10L);
    assertThat(StorageVerticle.verifyAudit(other, room.macs, heads.get(2)).fault()).isNull();
    Room.await(writer.close());
  }

  private static boolean append(Writer writer, AuditChain chain, List<AccessEntry> entries)
      throws SQLException {
    writer.transaction(
        connection -> {
          chain.append(connection, entries);
          return true;
        });
    chain.committed();
    return true;
  }

  @Test
  void restart_continuesTheChain() {
    for (int i = 0; i < 3; i++) {
      room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("run-" + i)));
      room.stop();
      room.start();
    }

    assertThat(actions()).containsExactly("run-0", "run-1", "run-2");
    assertThat(verify().verified()).isEqualTo(3);
  }

  @Test
  void restart_withAnotherKey_continuesAndOldRowsNeedTheOldOne() {
    room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("old")));
    room.stop();
    room.macs = TestMac.of("key-2", "key-1");
    room.start();
    room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("new")));

    assertThat(verify().verified()).isEqualTo(2);
    AuditReport later = StorageVerticle.verifyAudit(room.file, TestMac.of("key-2"), null);
    assertThat(later.fault()).isNull();
    assertThat(later.verified()).isEqualTo(1);
    assertThat(later.unknownKeys()).isEqualTo(1);
  }

  @Test
  void recordAccess_manyAtOnce_shareTransactions() {
    List<Future<Done>> sent = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      sent.add(room.bus.call(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("reveal"))));
    }
    Room.await(Future.all(sent));

    assertThat(verify().verified()).isEqualTo(500);
    Awaitility.await().until(() -> heads.get(heads.size() - 1).id() == 500);
    assertThat(heads).hasSizeLessThan(100);
  }

  @Test
  void recordAccess_locked_failsAndIsNotWrittenLater() throws SQLException {
    try (Connection stranger = room.stranger();
        var statement = stranger.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");

      assertThat(
              room.refused(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("reveal")))
                  .code())
          .isEqualTo(FailureCode.STORAGE_LOCKED);
      statement.execute("ROLLBACK");
    }
    room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("another")));

    assertThat(actions()).containsExactly("another");
  }

  @Test
  void append_longAndOddTexts_areCutAndStillVerify() {
    String odd = "\u0000\"\\\n\ud83d\ude00";
    String cutInACharacter = "x".repeat(AccessRow.MAX_TEXT - 1) + "\ud83d\ude00";
    room.ask(
        StorageRoutes.RECORD_ACCESS,
        new RecordAccess(
            new AccessEntry(odd, cutInACharacter, "s", "k", false, "y".repeat(9000), Room.NOON)));
    room.ask(StorageRoutes.RECORD_ACCESS, new RecordAccess(Room.entry("next")));

    assertThat(verify().fault()).isNull();
    AccessEntry stored = found().get(1).entry();
    assertThat(stored.userId()).isEqualTo(odd);
    assertThat(stored.action()).isEqualTo("x".repeat(AccessRow.MAX_TEXT - 1));
    assertThat(stored.reason()).hasSize(AccessRow.MAX_TEXT);
  }

  @Test
  void commit_onlyAnEntry_isWrittenWithoutARevision() {
    room.ask(
        StorageRoutes.COMMIT,
        new CommitChange(
            List.of(), List.of(), null, "anna", null, Room.NOON, List.of(Room.entry("start"))));

    assertThat(actions()).containsExactly("start");
    assertThat(room.load().revision()).isZero();
  }

  private AuditReport verify() {
    return StorageVerticle.verifyAudit(room.file, room.macs, null);
  }

  private List<AccessFound.Row> found() {
    return room.ask(
            StorageRoutes.FIND_ACCESS,
            new FindAccess(null, null, null, null, null, null, null, null, 1000))
        .rows();
  }

  /** Oldest first. */
  private List<String> actions() {
    List<String> actions = new ArrayList<>();
    found().forEach(row -> actions.add(0, row.entry().action()));
    return actions;
  }
}
