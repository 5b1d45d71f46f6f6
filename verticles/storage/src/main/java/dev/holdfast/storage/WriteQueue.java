package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.StorageProbed;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who writes next. One transaction runs at a time; the changes that arrive meanwhile are the next
 * group, and after a large one those of a moment more: each commit costs an fsync and whole pages,
 * however many changes share it. Between two groups one other piece of work gets its turn, the
 * probe first, so that neither waits for long. Lives on the verticle's event loop; its queues are
 * bounded.
 *
 * <p>While another process holds the lock, each transaction waits for it in vain for the busy
 * timeout. So that waits do not add up, whoever waited through a quarter of one fails with it.
 */
final class WriteQueue {
  /** Beyond it changes fail {@code UNAVAILABLE}. */
  static final int MAX_WAITING = 4096;

  /** The largest group. */
  static final int MAX_GROUP = 256;

  private static final int MAX_CHORES = 256;

  /** After a group of so many, the next one is waited for a moment. */
  private static final int CROWD = 8;

  private static final long GATHER_MILLIS = 1;
  private static final long PATIENCE_NANOS =
      TimeUnit.MILLISECONDS.toNanos(ConnectionSource.BUSY_TIMEOUT_MILLIS / 4);

  private record Waiting(CommitChange change, Promise<Committed> outcome, long since) {}

  private record Chore<T>(Callable<T> work, Promise<T> outcome) {}

  private final Writer writer;
  private final GroupCommit commits;
  private final Lineage lineage;
  private final StorageMetrics metrics;
  private final Queue<Waiting> changes = new ArrayDeque<>();
  private final Queue<Chore<?>> chores = new ArrayDeque<>();
  private final Promise<Void> drained = Promise.promise();
  private @Nullable Promise<StorageProbed> probe;
  private boolean running;
  private boolean gathering;
  private int lastGroup;
  private boolean choresTurn;
  private boolean closed;

  WriteQueue(Writer writer, Lineage lineage, AuditChain chain, StorageMetrics metrics) {
    this.writer = writer;
    this.commits = new GroupCommit(writer, lineage, chain);
    this.lineage = lineage;
    this.metrics = metrics;
  }

  /** Changes that wait. Read by gauges from other threads, for which an old size will do. */
  int size() {
    return changes.size();
  }

  /** Completes when the change is durable. Fails {@code UNAVAILABLE} when too many wait. */
  Future<Committed> commit(CommitChange change) {
    if (closed) {
      return stopping();
    }
    if (changes.size() >= MAX_WAITING) {
      return unavailable("too many changes waiting; try again");
    }
    Promise<Committed> outcome = Promise.promise();
    changes.add(new Waiting(change, outcome, System.nanoTime()));
    soon();
    return outcome.future();
  }

  /** Reads epoch and revision under the write lock. Those who ask while one waits share it. */
  Future<StorageProbed> probe() {
    if (closed) {
      return stopping();
    }
    Promise<StorageProbed> waiting = probe;
    if (waiting == null) {
      waiting = Promise.promise();
      probe = waiting;
      next();
    }
    return waiting.future();
  }

  /** Other blocking work for the writer's thread; taken until the queue has run empty. */
  <T> Future<T> chore(Callable<T> work) {
    if (drained.future().isComplete()) {
      return stopping();
    }
    if (chores.size() >= MAX_CHORES) {
      return unavailable("the database is busy; try again");
    }
    Promise<T> outcome = Promise.promise();
    chores.add(new Chore<>(work, outcome));
    next();
    return outcome.future();
  }

  /** Takes no more changes; completes when what was taken is done. */
  Future<Void> close() {
    closed = true;
    next();
    return drained.future();
  }

  /** Begins what is next: at once, or, where many write, when more of them have come. */
  private void soon() {
    Context context = Vertx.currentContext();
    if (context == null || lastGroup < CROWD) {
      next();
    } else if (!running && !gathering) {
      gathering = true;
      context
          .owner()
          .setTimer(
              GATHER_MILLIS,
              now -> {
                gathering = false;
                next();
              });
    }
  }

  private void next() {
    if (running) {
      return;
    }
    Promise<StorageProbed> waitingProbe = probe;
    boolean others = waitingProbe != null || !chores.isEmpty();
    if (!changes.isEmpty() && !(choresTurn && others)) {
      choresTurn = true;
      runGroup();
    } else if (waitingProbe != null) {
      choresTurn = false;
      probe = null;
      run(this::readMeta, waitingProbe);
    } else if (!chores.isEmpty()) {
      choresTurn = false;
      run(chores.remove());
    } else if (closed) {
      drained.tryComplete();
    }
  }

  private void runGroup() {
    List<Waiting> group = new ArrayList<>();
    while (group.size() < MAX_GROUP && !changes.isEmpty()) {
      group.add(changes.remove());
    }
    List<CommitChange> batch = group.stream().map(Waiting::change).toList();
    long start = System.nanoTime();
    running = true;
    lastGroup = batch.size();
    writer
        .run(() -> commits.commit(batch))
        .onComplete(
            done -> {
              running = false;
              metrics.committed(System.nanoTime() - start, batch.size());
              for (int i = 0; i < group.size(); i++) {
                if (done.succeeded()) {
                  done.result().get(i).onComplete(group.get(i).outcome());
                } else {
                  group.get(i).outcome().fail(done.cause());
                }
              }
              after(done.cause());
            });
  }

  private <T> void run(Chore<T> chore) {
    run(chore.work(), chore.outcome());
  }

  private <T> void run(Callable<T> work, Promise<T> outcome) {
    running = true;
    writer
        .run(work)
        .onComplete(
            done -> {
              running = false;
              outcome.handle(done);
              after(done.cause());
            });
  }

  private StorageProbed readMeta() throws Exception {
    MetaRow meta =
        writer.rolledBack(
            connection -> {
              // On a database that was opened read-only even the write lock is only pretended.
              connection.execute(Sql.TOUCH);
              return lineage.read(connection);
            });
    return new StorageProbed(meta.epoch(), meta.revision());
  }

  private void after(@Nullable Throwable failure) {
    if (failure instanceof BusFailure locked && locked.code() == FailureCode.STORAGE_LOCKED) {
      failTheImpatient(locked);
    }
    soon();
  }

  private void failTheImpatient(BusFailure locked) {
    long now = System.nanoTime();
    Waiting oldest = changes.peek();
    while (oldest != null && (closed || now - oldest.since() > PATIENCE_NANOS)) {
      changes.remove().outcome().fail(locked);
      oldest = changes.peek();
    }
    Promise<StorageProbed> waitingProbe = probe;
    if (waitingProbe != null) {
      probe = null;
      waitingProbe.fail(locked);
    }
  }

  private static <T> Future<T> stopping() {
    return unavailable("the manager is stopping");
  }

  private static <T> Future<T> unavailable(String detail) {
    return Future.failedFuture(BusFailure.of(FailureCode.UNAVAILABLE, detail));
  }
}
