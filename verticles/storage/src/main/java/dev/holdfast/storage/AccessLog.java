package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.Done;
import dev.holdfast.messages.storage.RecordAccess;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes entries that belong to no change. Those that somebody waits for are written at once; the
 * others, such as refused attempts, in batches, so that a flood of them costs the changes little.
 * What comes while {@link #MAX_WAITING} of its kind wait is refused, or dropped and counted. Lives
 * on the verticle's event loop.
 */
final class AccessLog {
  /** The most entries of each kind kept in memory. */
  static final int MAX_WAITING = 1000;

  private static final long PAUSE_MILLIS = 200;
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 5_000;

  private record Awaited(AccessEntry entry, Promise<Done> outcome) {}

  private final Vertx vertx;
  private final Writer writer;
  private final WriteQueue queue;
  private final AuditChain chain;
  private final StorageMetrics metrics;
  private final ArrayDeque<AccessEntry> waiting = new ArrayDeque<>();
  private List<Awaited> awaited = new ArrayList<>();
  private Future<Void> flushing = Future.succeededFuture();
  private boolean scheduled;
  private long timer = -1;

  AccessLog(
      Vertx vertx, Writer writer, WriteQueue queue, AuditChain chain, StorageMetrics metrics) {
    this.vertx = vertx;
    this.writer = writer;
    this.queue = queue;
    this.chain = chain;
    this.metrics = metrics;
  }

  /** Takes an entry that nobody waits for. */
  void add(AccessEntry entry) {
    if (waiting.size() >= MAX_WAITING) {
      metrics.droppedAccess(1);
      return;
    }
    waiting.add(entry);
    schedule(PAUSE_MILLIS);
  }

  /** Completes when the entry is durable. Fails {@code UNAVAILABLE} when too many wait. */
  Future<Done> write(RecordAccess question) {
    if (awaited.size() >= MAX_WAITING) {
      return Future.failedFuture(
          BusFailure.of(
              FailureCode.UNAVAILABLE, "too many entries of the access log waiting; try again"));
    }
    Promise<Done> outcome = Promise.promise();
    awaited.add(new Awaited(question.entry(), outcome));
    flush();
    return outcome.future();
  }

  /** Writes what waits, as soon as a write under way is done. */
  Future<Void> flush() {
    Future<Void> flushed = flushing.transform(before -> writeWaiting());
    flushing = flushed;
    return flushed;
  }

  private Future<Void> writeWaiting() {
    if (waiting.isEmpty() && awaited.isEmpty()) {
      return Future.succeededFuture();
    }
    int taken = waiting.size();
    List<Awaited> answered = awaited;
    awaited = new ArrayList<>();
    List<AccessEntry> batch =
        Stream.concat(waiting.stream(), answered.stream().map(Awaited::entry)).toList();
    return queue
        .chore(() -> insert(batch))
        .onSuccess(
            written -> {
              for (int i = 0; i < taken; i++) {
                waiting.poll();
              }
            })
        .onComplete(done -> answered.forEach(each -> each.outcome().handle(done)))
        .mapEmpty();
  }

  /** Stops the timer; nothing is written by itself any more. */
  void close() {
    vertx.cancelTimer(timer);
    scheduled = true;
  }

  private void schedule(long millis) {
    if (scheduled) {
      return;
    }
    scheduled = true;
    timer =
        vertx.setTimer(
            millis,
            fired ->
                flush()
                    .onComplete(
                        done -> {
                          scheduled = false;
                          if (!waiting.isEmpty()) {
                            schedule(done.succeeded() ? PAUSE_MILLIS : PAUSE_AFTER_FAILURE_MILLIS);
                          }
                        }));
  }

  private Done insert(List<AccessEntry> batch) throws SQLException {
    writer.transaction(
        connection -> {
          chain.append(connection, batch);
          return batch.size();
        });
    chain.committed();
    return new Done();
  }
}
