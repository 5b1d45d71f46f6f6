package dev.holdfast.storage;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done now and then: scrubbing what is still owed, deleting old rows of the access log. In
 * small pieces between the changes. Lives on the verticle's event loop.
 */
final class Housekeeping {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration AFTER_START = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofHours(1);

  private final Vertx vertx;
  private final WriteQueue queue;
  private final Scrub scrub;
  private final AuditRetention retention;
  private long timer = -1;
  private boolean closed;

  Housekeeping(Vertx vertx, WriteQueue queue, Scrub scrub, AuditRetention retention) {
    this.vertx = vertx;
    this.queue = queue;
    this.scrub = scrub;
    this.retention = retention;
  }

  void start() {
    schedule(AFTER_START);
  }

  void close() {
    closed = true;
    vertx.cancelTimer(timer);
  }

  private void schedule(Duration wait) {
    if (!closed) {
      timer = vertx.setTimer(wait.toMillis(), fired -> run().onComplete(done -> schedule(PAUSE)));
    }
  }

  /** Everything that is due; never fails. */
  Future<Void> run() {
    return scrub
        .run()
        .transform(scrubbed -> deleteOldRows())
        .otherwise(
            failure -> {
              LOG.warn("the access log could not be shortened: {}", failure.getMessage());
              return null;
            });
  }

  private Future<Void> deleteOldRows() {
    return queue
        .chore(retention::deleteBatch)
        .compose(
            batch -> {
              if (batch.fault() != null) {
                LOG.error(
                    "the access log was tampered with, so no old row is deleted: {}",
                    batch.fault());
              }
              return batch.mayHaveMore() ? deleteOldRows() : Future.succeededFuture();
            });
  }
}
