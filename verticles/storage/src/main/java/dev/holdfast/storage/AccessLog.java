package dev.holdfast.storage;

import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.model.Times;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes refused attempts in batches, so that a flood of them costs the changes little. What comes
 * while {@link #MAX_WAITING} wait is dropped and counted. Lives on the verticle's event loop.
 */
final class AccessLog {
  /** The most entries kept in memory. */
  static final int MAX_WAITING = 1000;

  /** The longest text of a column, in characters; what is longer is cut. */
  static final int MAX_TEXT = 512;

  private static final long PAUSE_MILLIS = 200;
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 5_000;

  private final Vertx vertx;
  private final Writer writer;
  private final WriteQueue queue;
  private final StorageMetrics metrics;
  private final ArrayDeque<AccessEntry> waiting = new ArrayDeque<>();
  private Future<Void> flushing = Future.succeededFuture();
  private boolean scheduled;
  private long timer = -1;

  AccessLog(Vertx vertx, Writer writer, WriteQueue queue, StorageMetrics metrics) {
    this.vertx = vertx;
    this.writer = writer;
    this.queue = queue;
    this.metrics = metrics;
  }

  void add(AccessEntry denied) {
    if (waiting.size() >= MAX_WAITING) {
      metrics.droppedAccess(1);
      return;
    }
    waiting.add(denied);
    schedule(PAUSE_MILLIS);
  }

  /** Writes what waits, as soon as a write under way is done. */
  Future<Void> flush() {
    Future<Void> flushed = flushing.transform(before -> writeWaiting());
    flushing = flushed;
    return flushed;
  }

  private Future<Void> writeWaiting() {
    if (waiting.isEmpty()) {
      return Future.succeededFuture();
    }
    List<AccessEntry> batch = new ArrayList<>(waiting);
    return queue
        .chore(() -> insert(batch))
        .onSuccess(
            written -> {
              for (int i = 0; i < written; i++) {
                waiting.poll();
              }
            })
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

  private int insert(List<AccessEntry> batch) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (AccessEntry denied : batch) {
      rows.add(
          new @Nullable Object[] {
            cut(denied.userId()),
            cut(denied.action()),
            cut(denied.service()),
            cut(denied.key()),
            denied.success() ? 1 : 0,
            cut(denied.reason()),
            Times.format(denied.at())
          });
    }
    return writer.transaction(
        connection -> {
          connection.batch(Sql.INSERT_ACCESS, rows);
          return rows.size();
        });
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
