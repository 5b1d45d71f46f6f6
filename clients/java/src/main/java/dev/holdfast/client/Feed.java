package dev.holdfast.client;

import dev.holdfast.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of one service: takes updates from wherever they come, one after the other, and
 * keeps the newest that is good. Belongs to one event loop.
 */
final class Feed {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
  private static final long PATIENCE_MILLIS = 400;
  private static final long REFUSED_LOG_NANOS = 10_000_000_000L;

  private final Vertx vertx;
  private final String service;
  private final Managers manager;
  private final Verifier verifier;
  private final ManagerClock clock;
  private final Shelf shelf;
  private final ClearReader clear;
  private final HoldfastOptions options;
  private final Reports reports;
  private final Intake intake = new Intake(System::nanoTime);
  private final Views views = new Views();
  private final Promise<Void> ready = Promise.promise();
  private final Inquiry inquiry;
  private boolean secrets;
  private @Nullable Settings current;
  private @Nullable Update applied;
  private CacheFile.@Nullable Copy copy;
  private Update.@Nullable Mark tried;
  private @Nullable Taken pending;
  private boolean busy;
  private long refusedNanos = System.nanoTime() - REFUSED_LOG_NANOS;
  private String problem = "neither the manager nor a copy of its settings is to be had";

  /** An update on its way in. */
  private record Taken(Update update, Origin origin, @Nullable Map<String, SecretValue> secrets) {}

  Feed(
      Vertx vertx,
      String service,
      Managers manager,
      Verifier verifier,
      ManagerClock clock,
      Shelf shelf,
      HoldfastOptions options,
      Reports reports) {
    this.vertx = vertx;
    this.service = service;
    this.manager = manager;
    this.verifier = verifier;
    this.clock = clock;
    this.shelf = shelf;
    this.clear = new ClearReader(manager);
    this.options = options;
    this.reports = reports;
    this.inquiry =
        new Inquiry(
            vertx,
            service,
            manager,
            options.getRefreshMillis(),
            read ->
                offer(
                    read.update(),
                    read.origin(),
                    read.origin() == Origin.REST ? Intake.Way.MANAGER : Intake.Way.ANSWERED),
            this::unanswered);
  }

  Views views() {
    return views;
  }

  /** Whether secrets are wanted in clear, from here on. */
  void wantSecrets() {
    secrets = true;
  }

  /** The settings in use; null where there are none but defaults. */
  @Nullable Settings current() {
    return current;
  }

  /** Why there are none, for a person. */
  String problem() {
    return problem;
  }

  /** Done when it is known what there is: an answer, the copy, or nothing. Does not fail. */
  Future<Void> ready() {
    return ready.future();
  }

  /** Begins: reads the copy, then asks the manager. */
  void start() {
    shelf
        .read()
        .onComplete(
            done -> {
              CacheFile.Copy kept = done.result().orElse(null);
              copy = kept;
              if (kept != null) {
                intake.restore(kept.seen());
              }
              long patience = kept == null ? options.getStartMillis() : PATIENCE_MILLIS;
              vertx.setTimer(Math.min(patience, options.getStartMillis()), id -> settle());
              ask("start");
            });
  }

  void close() {
    inquiry.end();
    ready.tryComplete();
  }

  /** Asks the manager for the newest state. */
  void ask(String why) {
    inquiry.now(why);
  }

  /** Takes what was pushed. */
  void pushed(byte[] payload, Origin origin) {
    try {
      offer(verifier.verify(service, payload), origin, Intake.Way.PUSHED);
    } catch (Refused e) {
      refused(e, origin);
    }
  }

  private void unanswered() {
    if (current == null && copy != null) {
      settle();
    }
  }

  private void offer(Update update, Origin origin, Intake.Way way) {
    Intake.Outcome outcome;
    try {
      outcome = intake.offer(update, way, clock.now());
    } catch (Refused e) {
      refused(e, origin);
      return;
    }
    switch (outcome) {
      case APPLY -> take(new Taken(update, origin, null));
      case REPEAT -> repeat(update, origin);
      case ASK -> ask("an update of another epoch");
    }
  }

  /** What an earlier run had got as far as may still have to be taken by this one. */
  private void repeat(Update update, Origin origin) {
    Settings held = current;
    if (applied != null && applied.mark().equals(update.mark()) && held != null) {
      current = held.origin() == origin ? held : held.from(origin);
    } else if (!update.mark().equals(tried)) {
      take(new Taken(update, origin, null));
    }
  }

  private void refused(Refused why, Origin origin) {
    // Whoever can publish can send any number of them.
    boolean quiet = System.nanoTime() - refusedNanos < REFUSED_LOG_NANOS;
    if (quiet || why.check() == Refused.Check.VERSION) {
      LOG.debug("{}: an update over {} does not count: {}", service, origin, why.getMessage());
    } else {
      refusedNanos = System.nanoTime();
      LOG.warn("{}: an update over {} is refused: {}", service, origin, why.getMessage());
    }
  }

  /** Nothing came in time: the copy stands in, or what the caller has of its own. */
  private void settle() {
    if (current != null || ready.future().isComplete()) {
      return;
    }
    CacheFile.Copy kept = copy;
    if (kept == null || kept.applied().mark().equals(tried)) {
      ready.tryComplete();
    } else if (pending == null && !busy) {
      take(new Taken(kept.applied(), Origin.CACHE, kept.secrets()));
    }
  }

  private void take(Taken taken) {
    pending = taken;
    pump();
  }

  private void pump() {
    Taken next = pending;
    if (busy || next == null) {
      return;
    }
    busy = true;
    pending = null;
    tried = next.update().mark();
    apply(next)
        .recover(failure -> unapplied(next, failure))
        .onComplete(
            done -> {
              busy = false;
              if (current != null) {
                ready.tryComplete();
              } else if (pending == null && tried != null) {
                settle();
              }
              pump();
            });
  }

  private Future<Void> apply(Taken taken) {
    Update update = taken.update();
    Future<Map<String, SecretValue>> known =
        taken.secrets() != null
            ? Future.succeededFuture(taken.secrets())
            : secrets && manager.tellsSecrets()
                ? clear.of(update)
                : Future.succeededFuture(Map.of());
    return known.compose(
        opened -> {
          Settings settings =
              new Settings(
                  service,
                  update.mark().version(),
                  update.mark().epoch(),
                  update.values(),
                  opened,
                  taken.origin());
          return views
              .take(settings)
              .compose(
                  done -> {
                    current = settings;
                    applied = update;
                    LOG.info("{}: version {} from {}", service, settings.version(), taken.origin());
                    reports.tell(service, update.mark(), null);
                    return keep(update, opened);
                  });
        });
  }

  private Future<Void> unapplied(Taken taken, Throwable cause) {
    Update.Mark mark = taken.update().mark();
    String reason =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    LOG.warn(
        "{}: version {} from {} is not taken, {} stays: {}",
        service,
        mark.version(),
        taken.origin(),
        current == null ? "nothing" : "version " + current.version(),
        reason);
    if (cause instanceof ClearReader.Unread) {
      // The version may be well: it is only not known whole.
      tried = null;
      inquiry.later("the secrets of version " + mark.version());
    } else {
      reports.tell(service, mark, reason);
      Update good = applied;
      if (good != null && current != null) {
        return keep(good, current.secrets());
      }
    }
    return Future.succeededFuture();
  }

  private Future<Void> keep(Update good, Map<String, SecretValue> opened) {
    Update.Mark seen = intake.held();
    return seen == null
        ? Future.succeededFuture()
        : shelf.write(new CacheFile.Copy(good, opened, seen));
  }
}
