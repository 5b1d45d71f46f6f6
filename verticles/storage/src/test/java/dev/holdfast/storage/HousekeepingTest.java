package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditReport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingTest {
  private static final TestMac MACS = TestMac.of("key-1");

  @TempDir Path folder;
  Path file;
  Vertx vertx;
  Writer writer;
  Housekeeping housekeeping;

  @BeforeEach
  void open() {
    file = folder.resolve("config.db");
    vertx = Vertx.vertx();
    writer = new Writer(vertx, DatabaseFile.prepare(file, true), false);
    Room.await(writer.open(Clock.systemUTC(), true));
    AuditChain chain = new AuditChain(MACS, head -> {});
    WriteQueue queue =
        new WriteQueue(writer, new Lineage(), chain, new StorageMetrics(new SimpleMeterRegistry()));
    housekeeping =
        new Housekeeping(
            vertx,
            queue,
            new Scrub(writer, queue),
            new AuditRetention(writer, MACS, Clock.systemUTC(), 1));
    List<AccessEntry> entries =
        Collections.nCopies(
            3 * AuditRetention.BATCH,
            new AccessEntry("anna", "do", null, null, true, null, Instant.EPOCH));
    transaction(connection -> chain.append(connection, entries));
  }

  @AfterEach
  void close() {
    Room.await(writer.close());
    Room.await(vertx.close());
  }

  @Test
  void run_manyOldRowsAndAScrubOwed_doesAllOfIt() throws SQLException {
    transaction(connection -> connection.execute("INSERT INTO scrub_owed VALUES (1, 7)"));

    Room.await(housekeeping.run());

    AuditReport report = StorageVerticle.verifyAudit(file, MACS, null);
    assertThat(report.fault()).isNull();
    assertThat(report.verified()).isEqualTo(1);
    assertThat(report.head().id()).isEqualTo(3L * AuditRetention.BATCH);
    assertThat(writer.connection().query(Sql.SCRUB_OWED, row -> row.getLong(1))).isEmpty();
  }

  @Test
  void run_databaseGone_endsAllTheSame() throws Exception {
    Files.delete(file);

    Room.await(housekeeping.run());

    assertThat(file).doesNotExist();
  }

  private interface Step {
    void run(WriterConnection connection) throws SQLException;
  }

  private void transaction(Step step) {
    Room.await(
        writer.run(
            () ->
                writer.transaction(
                    connection -> {
                      step.run(connection);
                      return true;
                    })));
  }
}
