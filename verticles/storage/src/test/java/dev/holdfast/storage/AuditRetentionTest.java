package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.AuditReport;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditRetentionTest {
  private static final Clock CLOCK = Clock.fixed(Room.NOON, ZoneOffset.UTC);
  private static final Instant OLD = Room.NOON.minus(Duration.ofDays(31));
  private static final Instant RECENT = Room.NOON.minus(Duration.ofDays(29));

  @TempDir Path folder;
  Path file;
  Vertx vertx;
  Writer writer;
  TestMac macs = TestMac.of("key-1");

  @BeforeEach
  void open() {
    file = folder.resolve("config.db");
    vertx = Vertx.vertx();
    writer = new Writer(vertx, DatabaseFile.prepare(file, true), false);
    Room.await(writer.open(CLOCK, true));
  }

  @AfterEach
  void close() {
    Room.await(writer.close());
    Room.await(vertx.close());
  }

  @Test
  void deleteBatch_oldRows_goAndTheChainStillVerifies() {
    write(7, OLD);
    write(3, RECENT);
    AuditHead before = verify(null).head();

    AuditRetention.Batch batch = run(30);

    assertThat(batch).isEqualTo(new AuditRetention.Batch(7, null));
    AuditReport report = verify(before);
    assertThat(report.fault()).isNull();
    assertThat(report.verified()).isEqualTo(3);
    write(2, RECENT);
    assertThat(verify(before).verified()).isEqualTo(5);
    assertThat(run(30).deleted()).isZero();
  }

  @Test
  void deleteBatch_moreThanABatch_isBoundedAndGoesOn() {
    write(AuditRetention.BATCH + 20, OLD);

    AuditRetention.Batch first = run(30);
    assertThat(verify(null).verified()).isEqualTo(20);
    AuditRetention.Batch second = run(30);

    assertThat(first.mayHaveMore()).isTrue();
    assertThat(second).as("the newest stays").isEqualTo(new AuditRetention.Batch(19, null));
    AuditReport report = verify(null);
    assertThat(report.fault()).isNull();
    assertThat(report.verified()).isEqualTo(1);
    write(1, RECENT);
    assertThat(verify(null).verified()).isEqualTo(2);
  }

  @Test
  void deleteBatch_forEver_deletesNothing() {
    write(5, OLD);

    assertThat(run(0).deleted()).isZero();
    assertThat(verify(null).verified()).isEqualTo(5);
  }

  @Test
  void deleteBatch_oldRowBehindARecentOne_stays() {
    write(1, RECENT);
    write(2, OLD);

    assertThat(run(30).deleted()).isZero();
  }

  @Test
  void deleteBatch_recordedHeadAmongTheDeleted_isNoFault() {
    write(3, OLD);
    AuditHead third = verify(null).head();
    write(2, RECENT);
    run(30);

    assertThat(verify(third).fault()).isNull();
    assertThat(verify(new AuditHead(2, "x")).fault()).as("beyond what can be known").isNull();
    assertThat(verify(new AuditHead(3, "x")).fault()).contains("the anchor was altered");
  }

  @Test
  void deleteBatch_logTamperedWith_deletesNothing() {
    write(5, OLD);
    write(2, RECENT);
    sql("UPDATE access_log SET reason = 'other' WHERE id = 3");

    AuditRetention.Batch batch = run(30);

    assertThat(batch.fault()).contains("row 3 was altered");
    assertThat(verify(null).faultId()).isEqualTo(3);
  }

  @Test
  void deleteBatch_anchorMoved_isFoundAndNotMadeAnew() {
    write(5, OLD);
    write(3, RECENT);
    run(30);
    sql(
        "UPDATE audit_anchor SET row_id = 6, mac = (SELECT mac FROM access_log WHERE id = 6)",
        "DELETE FROM access_log WHERE id = 6");

    assertThat(run(30).fault()).contains("the anchor was altered");
    assertThat(verify(null).faultId()).isEqualTo(6);
  }

  @Test
  void deleteBatch_anchorPutBack_isFound() {
    write(3, OLD);
    write(3, RECENT);
    run(30);
    sql("CREATE TABLE aside AS SELECT * FROM audit_anchor");
    runAt(Room.NOON.plus(Duration.ofDays(2)));
    assertThat(verify(null).verified()).isEqualTo(1);
    sql("DELETE FROM audit_anchor", "INSERT INTO audit_anchor SELECT * FROM aside");

    assertThat(verify(null).fault()).isEqualTo("rows 4 to 5 are missing");
  }

  @Test
  void deleteBatch_anchorTakenAway_isFound() {
    write(3, OLD);
    write(3, RECENT);
    run(30);
    sql("DELETE FROM audit_anchor");

    assertThat(verify(null).fault()).contains("rows before it are missing");
  }

  @Test
  void deleteBatch_everyRowAfterTheAnchorTakenAway_isFound() {
    write(3, OLD);
    write(3, RECENT);
    run(30);
    sql("DELETE FROM access_log");

    assertThat(verify(null).fault()).contains("cut off");
    AuditChain chain = new AuditChain(macs, head -> {});
    assertThat(Room.await(writer.run(() -> chain.check(writer.connection(), null))).fault())
        .contains("cut off");
  }

  @Test
  void deleteBatch_anchorOfAnOlderKey_isMadeAnewUnderThePresentOne() {
    write(3, OLD);
    write(3, RECENT);
    run(30);
    macs = TestMac.of("key-2", "key-1");
    run(0);
    macs = TestMac.of("key-2");

    AuditReport report = verify(null);
    assertThat(report.fault()).isNull();
    assertThat(report.unknownKeys()).as("the rows, not the anchor").isEqualTo(3);
  }

  @Test
  void deleteBatch_rowsFromBeforeTheChain_needNoAnchor() {
    for (int i = 0; i < 4; i++) {
      sql(
          "INSERT INTO access_log (user_id, action, success, timestamp)"
              + " VALUES ('anna', 'x', 1, '2026-01-01T12:00:00+00:00')");
    }
    write(2, RECENT);
    assertThat(verify(null).beforeChain()).isEqualTo(4);

    assertThat(run(30)).isEqualTo(new AuditRetention.Batch(4, null));
    assertThat(verify(null).fault()).isNull();
    assertThat(verify(null).verified()).isEqualTo(2);
  }

  private void write(int rows, Instant at) {
    AuditChain chain = new AuditChain(macs, head -> {});
    List<AccessEntry> entries = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      entries.add(new AccessEntry("anna", "do", null, null, true, null, at));
    }
    Room.await(
        writer.run(
            () ->
                writer.transaction(
                    connection -> {
                      chain.append(connection, entries);
                      return true;
                    })));
  }

  private AuditRetention.Batch run(int days) {
    AuditRetention retention = new AuditRetention(writer, macs, CLOCK, days);
    return Room.await(writer.run(retention::deleteBatch));
  }

  private void runAt(Instant now) {
    Clock later = Clock.fixed(now, ZoneOffset.UTC);
    Room.await(writer.run(new AuditRetention(writer, macs, later, 30)::deleteBatch));
  }

  private AuditReport verify(AuditHead recorded) {
    return StorageVerticle.verifyAudit(file, macs, recorded);
  }

  private void sql(String... statements) {
    Room.await(
        writer.run(
            () -> {
              for (String sql : statements) {
                execute(sql);
              }
              return true;
            }));
  }

  private void execute(String sql) throws SQLException {
    writer.connection().execute(sql);
  }
}
