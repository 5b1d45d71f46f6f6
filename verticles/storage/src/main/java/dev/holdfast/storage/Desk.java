package dev.holdfast.storage;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.Route;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.DatabaseRebuilt;
import dev.holdfast.messages.storage.ProbeStorage;
import dev.holdfast.messages.storage.RebuildDatabase;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.StorageTrouble;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the routes: by the running room, or with the fault for which there is none. Each probe of
 * a database that was given up opens it again. Lives on the verticle's event loop.
 */
final class Desk {
  private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

  /** How long a probe waits for a database to open; under the time-out of its route. */
  private static final long OPEN_MILLIS = 1_500;

  /** Entries of the access log that wait for a database; those beyond are dropped and counted. */
  private static final int MAX_ENTRIES = 1_000;

  /** After these the connections are not to be trusted: all are closed and opened again. */
  private static final Set<FailureCode> GIVE_UP =
      Set.of(
          FailureCode.STORAGE_CORRUPT,
          FailureCode.STORAGE_MISSING,
          FailureCode.STORAGE_FOREIGN,
          FailureCode.STORAGE_NEWER,
          FailureCode.STORAGE_READ_ONLY,
          FailureCode.STORAGE_FAILED);

  private final Bus bus;
  private final Opener opener;
  private final ArrayDeque<AccessEntry> entries = new ArrayDeque<>();
  private @Nullable Parts parts;
  private BusFailure fault = BusFailure.of(FailureCode.STORAGE_FAILED, "the database is not open");
  private @Nullable Future<Parts> opening;
  private Future<Void> closing = Future.succeededFuture();
  private boolean rebuilding;
  private boolean closed;
  private long dropped;

  Desk(Bus bus, Opener opener) {
    this.bus = bus;
    this.opener = opener;
  }

  /**
   * Opens the database and answers from then on, whether or not that succeeded. Fails where the
   * fault is none of the database.
   */
  Future<Void> start() {
    return open()
        .<Void>mapEmpty()
        .recover(
            failure ->
                failure instanceof BusFailure typed && typed.code().ofStorage()
                    ? Future.succeededFuture()
                    : Future.failedFuture(failure))
        .onSuccess(opened -> serve());
  }

  /** Closes in order; never fails. */
  Future<Void> close() {
    closed = true;
    Parts running = parts;
    parts = null;
    Future<?> pending = opening == null ? Future.succeededFuture() : opening;
    return (running == null ? pending.<Void>transform(done -> closeLate()) : running.close())
        .eventually(opener::unlock);
  }

  private Future<Void> closeLate() {
    Parts late = parts;
    parts = null;
    return late == null ? Future.succeededFuture() : late.close();
  }

  private void serve() {
    serve(StorageRoutes.COMMIT, Parts::commit);
    serve(StorageRoutes.RECORD_ACCESS, Parts::record);
    serve(StorageRoutes.CHECK_AUDIT, Parts::check);
    serve(StorageRoutes.REPLACE_SECRETS, Parts::replace);
    serve(StorageRoutes.CHECK_KEYS, Parts::check);
    serve(StorageRoutes.MARK_KEY, Parts::mark);
    serve(StorageRoutes.HEARTBEAT, (room, question) -> room.beat());
    serve(StorageRoutes.LOAD, (room, question) -> room.load());
    find(StorageRoutes.FIND_HISTORY, (room, question) -> room.reader().find(question));
    find(StorageRoutes.FIND_ACCESS, (room, question) -> room.reader().find(question));
    bus.serve(StorageRoutes.CHECK, question -> ask(Parts::check));
    bus.serve(StorageRoutes.PROBE, this::probe);
    bus.serve(StorageRoutes.VERIFY, opener::verify);
    bus.serve(StorageRoutes.REBUILD, this::rebuild);
    bus.subscribe(StorageRoutes.ACCESS, this::add);
  }

  private <Q, R> void serve(Route<Q, R> route, BiFunction<Parts, Q, Future<R>> answer) {
    serve(route, answer, false);
  }

  private <Q, R> void find(Route<Q, R> route, BiFunction<Parts, Q, Future<R>> answer) {
    serve(route, answer, true);
  }

  private <Q, R> void serve(
      Route<Q, R> route, BiFunction<Parts, Q, Future<R>> answer, boolean reading) {
    bus.serve(
        route,
        question -> ask(room -> answer.apply(room, question)).onFailure(it -> tell(it, reading)));
  }

  private <R> Future<R> ask(Function<Parts, Future<R>> question) {
    Parts running = parts;
    return running == null ? Future.failedFuture(fault) : question.apply(running);
  }

  private void tell(Throwable failure, boolean reading) {
    if (failure instanceof BusFailure typed && typed.code().ofStorage() && parts != null) {
      bus.publish(StorageRoutes.TROUBLE, new StorageTrouble(typed.code(), typed.detail(), reading));
    }
  }

  private void add(AccessEntry entry) {
    Parts running = parts;
    if (running != null) {
      running.add(entry);
    } else if (entries.size() < MAX_ENTRIES) {
      entries.add(entry);
    } else if (dropped++ == 0) {
      LOG.warn("the access log is closed for too long: entries are lost");
    }
  }

  private Future<StorageProbed> probe(ProbeStorage question) {
    Parts running = parts;
    if (running != null) {
      return running.probe().onFailure(failure -> giveUp(running, failure));
    }
    if (rebuilding) {
      return Future.failedFuture(fault);
    }
    return open()
        .timeout(OPEN_MILLIS, TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(fault))
        .compose(Parts::probe);
  }

  private void giveUp(Parts running, Throwable failure) {
    if (parts == running && failure instanceof BusFailure typed && GIVE_UP.contains(typed.code())) {
      parts = null;
      fault = typed;
      closing = running.abandon();
    }
  }

  private Future<Parts> open() {
    Future<Parts> running = opening;
    if (running != null) {
      return running;
    }
    Future<Parts> made =
        closing
            .compose(done -> opener.open())
            .onComplete(done -> opening = null)
            .onSuccess(this::opened)
            .onFailure(this::failed);
    opening = made.isComplete() ? null : made;
    return made;
  }

  private void opened(Parts made) {
    parts = made;
    if (dropped > 0) {
      LOG.warn("{} entries of the access log were lost", dropped);
      dropped = 0;
    }
    while (!entries.isEmpty()) {
      made.add(entries.remove());
    }
  }

  private void failed(Throwable failure) {
    if (failure instanceof BusFailure typed) {
      fault = typed;
    }
  }

  private Future<DatabaseRebuilt> rebuild(RebuildDatabase question) {
    if (rebuilding || closed) {
      return Future.failedFuture(
          BusFailure.of(FailureCode.UNAVAILABLE, "the database is being rebuilt already"));
    }
    rebuilding = true;
    fault = BusFailure.of(FailureCode.STORAGE_FAILED, "the database is being rebuilt");
    Parts running = parts;
    parts = null;
    Future<?> pending = opening == null ? Future.succeededFuture() : opening;
    return (running == null ? pending.<Void>transform(done -> closeLate()) : running.abandon())
        .compose(given -> closing)
        .compose(given -> opener.rebuild(question))
        .compose(made -> open().map(made))
        .onComplete(done -> rebuilding = false)
        .onFailure(this::failed);
  }
}
