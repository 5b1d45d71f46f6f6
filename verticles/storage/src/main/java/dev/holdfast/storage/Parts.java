package dev.holdfast.storage;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.AuditMac;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running room: made when the database is open, and serving from then on. */
final class Parts {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);
  private static final long FINISH_MILLIS = 1_500;

  private final StorageMetrics metrics;
  private final WriteQueue queue;
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
    AuditChain chain = new AuditChain(macs, head -> bus.publish(StorageRoutes.AUDIT_HEAD, head));
    KeyChecks keys = new KeyChecks(writer, clock);
    Secrets secrets = new Secrets(writer);
    AuditRetention retention =
        new AuditRetention(writer, macs, clock, options.auditRetentionDays());
    this.metrics = new StorageMetrics(meters);
    this.queue = new WriteQueue(writer, lineage, chain, metrics);
    this.accessLog = new AccessLog(vertx, writer, queue, chain, metrics);
    this.scrub = new Scrub(writer, queue);
    this.housekeeping = new Housekeeping(vertx, queue, scrub, retention);
    this.reader = new Reader(vertx, file, options.readers());
    metrics.watchQueue(queue::size);
    metrics.watchRevision(lineage::revision);
    housekeeping.start();

    bus.serve(StorageRoutes.COMMIT, this::commit);
    bus.serve(StorageRoutes.LOAD, question -> reader.load());
    bus.serve(StorageRoutes.FIND_ITEMS, reader::find);
    bus.serve(StorageRoutes.FIND_HISTORY, reader::find);
    bus.serve(StorageRoutes.FIND_ACCESS, reader::find);
    bus.serve(StorageRoutes.RECORD_ACCESS, accessLog::write);
    bus.serve(
        StorageRoutes.CHECK_AUDIT,
        question -> queue.chore(() -> chain.check(writer.connection(), question.recorded())));
    bus.serve(
        StorageRoutes.REPLACE_SECRETS, question -> queue.chore(() -> secrets.replace(question)));
    bus.serve(StorageRoutes.CHECK_KEYS, question -> queue.chore(() -> keys.check(question)));
    bus.serve(StorageRoutes.MARK_KEY, question -> queue.chore(() -> keys.mark(question)));
    bus.serve(StorageRoutes.PROBE, question -> queue.probe());
    bus.subscribe(StorageRoutes.ACCESS, accessLog::add);
  }

  private Future<Committed> commit(CommitChange change) {
    return queue.commit(change).onSuccess(committed -> scrub.after(change));
  }

  /** Commits what was accepted, for a while, and ends; never fails. */
  Future<Void> close() {
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
