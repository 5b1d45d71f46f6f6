package dev.holdfast.storage;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditChecked;
import dev.holdfast.messages.storage.CheckAudit;
import dev.holdfast.messages.storage.CheckKeys;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.Done;
import dev.holdfast.messages.storage.HeartbeatRecorded;
import dev.holdfast.messages.storage.KeyMarked;
import dev.holdfast.messages.storage.MarkKey;
import dev.holdfast.messages.storage.RecordAccess;
import dev.holdfast.messages.storage.ReplaceSecrets;
import dev.holdfast.messages.storage.SecretsReplaced;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.model.AuditMac;
import dev.holdfast.model.Times;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running room: made when the database is open, and answering until it is given up. */
final class Parts {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);
  private static final long FINISH_MILLIS = 1_500;

  private final Vertx vertx;
  private final Clock clock;
  private final DatabaseFile file;
  private final StorageMetrics metrics;
  private final Writer writer;
  private final WriteQueue queue;
  private final AuditChain chain;
  private final KeyChecks keys;
  private final Secrets secrets;
  private final AccessLog accessLog;
  private final Scrub scrub;
  private final Housekeeping housekeeping;
  private final Reader reader;

  Parts(
      Vertx vertx,
      Writer writer,
      DatabaseFile file,
      Lineage lineage,
      Clock clock,
      StorageVerticle.Options options,
      AuditMac macs,
      MeterRegistry meters) {
    Bus bus = new Bus(vertx);
    this.vertx = vertx;
    this.clock = clock;
    this.file = file;
    this.writer = writer;
    this.chain = new AuditChain(macs, head -> bus.publish(StorageRoutes.AUDIT_HEAD, head));
    this.keys = new KeyChecks(writer, clock);
    this.secrets = new Secrets(writer);
    this.metrics = new StorageMetrics(meters);
    this.queue = new WriteQueue(writer, lineage, chain, metrics);
    this.accessLog = new AccessLog(vertx, writer, queue, chain, metrics);
    this.scrub = new Scrub(writer, queue);
    this.housekeeping =
        new Housekeeping(
            vertx,
            queue,
            scrub,
            new AuditRetention(writer, macs, clock, options.auditRetentionDays()));
    this.reader = new Reader(vertx, file, options.readers());
    metrics.watchQueue(queue::size);
    metrics.watchRevision(lineage::revision);
    housekeeping.start();
  }

  /** What only reads. */
  Reader reader() {
    return reader;
  }

  Future<Committed> commit(CommitChange change) {
    return queue.commit(change).onSuccess(committed -> scrub.after(change));
  }

  Future<StorageProbed> probe() {
    return queue.probe();
  }

  Future<Done> record(RecordAccess question) {
    return accessLog.write(question);
  }

  void add(AccessEntry entry) {
    accessLog.add(entry);
  }

  Future<AuditChecked> check(CheckAudit question) {
    return queue.chore(() -> chain.check(writer.connection(), question.recorded()));
  }

  Future<Done> check(CheckKeys question) {
    return queue.chore(() -> keys.check(question));
  }

  Future<KeyMarked> mark(MarkKey question) {
    return queue.chore(() -> keys.mark(question));
  }

  /** A commit that changes nothing else. */
  Future<HeartbeatRecorded> beat() {
    return queue.chore(
        () -> {
          Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
          return writer.transaction(
              connection -> {
                connection.batch(
                    Sql.BEAT,
                    List.<@Nullable Object[]>of(new @Nullable Object[] {Times.format(at)}));
                return new HeartbeatRecorded(at);
              });
        });
  }

  Future<SecretsReplaced> replace(ReplaceSecrets question) {
    return queue.chore(() -> secrets.replace(question));
  }

  /** Everything, as of one moment, every row verified. */
  Future<Stored> load() {
    return read("load", connection -> Snapshot.read(connection).toStored());
  }

  /** Reads every page and every snapshot. */
  Future<Done> check() {
    return read(
        "full check",
        connection -> {
          Snapshot.checkPages(connection);
          Snapshot.read(connection);
          return new Done();
        });
  }

  /** On a connection of its own, which has nothing in its cache. */
  private <T> Future<T> read(String what, Writer.Work<T> work) {
    return vertx
        .executeBlocking(
            () -> {
              try (WriterConnection connection =
                  new WriterConnection(ConnectionSource.forReading(file).getConnection())) {
                connection.execute(Sql.BEGIN_READ);
                return work.run(connection);
              }
            },
            false)
        .recover(failure -> Future.failedFuture(Failures.logged(what, failure)));
  }

  /** Commits what was accepted, for a while, empties the log, and ends; never fails. */
  Future<Void> close() {
    return end().eventually(writer::close).otherwiseEmpty();
  }

  /** Ends without writing to a database that cannot be relied upon; never fails. */
  Future<Void> abandon() {
    return end().eventually(writer::abandon).otherwiseEmpty();
  }

  private Future<Void> end() {
    housekeeping.close();
    accessLog.close();
    accessLog
        .flush()
        .onFailure(failure -> LOG.warn("the last refused attempts were not logged", failure));
    return queue
        .close()
        .timeout(FINISH_MILLIS, TimeUnit.MILLISECONDS)
        .transform(
            finished -> {
              metrics.close();
              return reader.close();
            });
  }
}
