package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.health.HealthDetail.Check;
import dev.holdfast.messages.settings.ReopenSettings;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.storage.CheckDatabase;
import dev.holdfast.messages.storage.ProbeStorage;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.StorageTrouble;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the database again and again, and has the settings taken over from it when it is well
 * again. Damage that was seen is believed until a full check finds none.
 */
final class Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final long FIRST_CHECK_MILLIS = 5_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Vertx vertx;
  private final Bus bus;
  private final Conditions conditions;
  private final Clock clock;
  private final long pauseMillis;
  private final long checkMillis;
  private final Timer timing;
  private final Runnable changed;
  private boolean damaged;
  private boolean checking;
  private @Nullable Check lastCheck;
  private @Nullable Long refusedAt;
  private long timer = -1;
  private long checkTimer = -1;
  private boolean closed;

  /** {@code changed} is called after each look. */
  Watch(
      Vertx vertx,
      Bus bus,
      Conditions conditions,
      Clock clock,
      HealthVerticle.Options options,
      MeterRegistry meters,
      Runnable changed) {
    this.vertx = vertx;
    this.bus = bus;
    this.conditions = conditions;
    this.clock = clock;
    this.pauseMillis = options.probeMillis();
    this.checkMillis = TimeUnit.MINUTES.toMillis(options.checkMinutes());
    this.timing = meters.timer("holdfast.health.probe");
    this.changed = changed;
  }

  /** Begins. */
  void start() {
    bus.subscribe(StorageRoutes.TROUBLE, this::trouble);
    checkTimer = vertx.setTimer(FIRST_CHECK_MILLIS, fired -> checkAgain());
    look();
  }

  void close() {
    closed = true;
    vertx.cancelTimer(timer);
    vertx.cancelTimer(checkTimer);
  }

  /** The newest full check, or null before the first. */
  @Nullable Check lastCheck() {
    return lastCheck;
  }

  /** There is a new database: what was seen of the old one does not matter. */
  void forget() {
    damaged = false;
    refusedAt = null;
    conditions.well();
  }

  private void look() {
    once()
        .onComplete(
            done -> {
              if (!closed) {
                changed.run();
                timer = vertx.setTimer(pauseMillis, fired -> look());
              }
            });
  }

  /** Does not fail. */
  private Future<@Nullable Void> once() {
    // A commit may overtake the answer, so what it is held against is what is known now.
    StorageProbed expected = conditions.expected();
    long began = System.nanoTime();
    return bus.call(StorageRoutes.PROBE, new ProbeStorage())
        .onComplete(done -> timing.record(System.nanoTime() - began, TimeUnit.NANOSECONDS))
        .compose(found -> found(found, expected))
        .recover(
            failure -> {
              failed(failure);
              return Future.succeededFuture(null);
            });
  }

  private Future<@Nullable Void> found(StorageProbed found, StorageProbed expected) {
    if (conditions.rebuilding() != null || !conditions.known()) {
      return Future.succeededFuture(null);
    }
    if (!conditions.probed(found, expected)) {
      return Future.succeededFuture(null);
    }
    if (damaged) {
      return check().compose(sound -> sound ? reopen(found) : Future.succeededFuture(null));
    }
    boolean waits = refusedAt != null && System.nanoTime() - refusedAt < PATIENCE_NANOS;
    boolean fault = conditions.ofDatabase() != null;
    return fault && !waits ? reopen(found) : Future.succeededFuture(null);
  }

  private Future<@Nullable Void> reopen(StorageProbed found) {
    return bus.call(SettingsRoutes.REOPEN, new ReopenSettings(found.epoch(), found.revision()))
        .map(
            standing -> {
              conditions.standing(standing);
              conditions.well();
              refusedAt = standing.adopted() ? null : (Long) System.nanoTime();
              return null;
            });
  }

  private void trouble(StorageTrouble trouble) {
    BusFailure failure = BusFailure.of(trouble.code(), trouble.detail());
    if (!trouble.reading()) {
      failed(failure);
      changed.run();
    } else if (trouble.code() == FailureCode.STORAGE_CORRUPT && !damaged) {
      check().onComplete(done -> changed.run());
    }
  }

  private void failed(Throwable failure) {
    if (conditions.rebuilding() == null) {
      conditions.failed(failure);
      refusedAt = null;
      damaged |= failure instanceof BusFailure typed && typed.code() == FailureCode.STORAGE_CORRUPT;
    }
  }

  private void checkAgain() {
    check()
        .onComplete(
            done -> {
              changed.run();
              if (!closed && checkMillis > 0) {
                checkTimer = vertx.setTimer(checkMillis, fired -> checkAgain());
              }
            });
  }

  /** Whether all pages and snapshots are sound. Does not fail; one at a time. */
  private Future<Boolean> check() {
    if (checking || conditions.rebuilding() != null) {
      return Future.succeededFuture(false);
    }
    checking = true;
    long began = System.nanoTime();
    return bus.call(StorageRoutes.CHECK, new CheckDatabase())
        .transform(
            done -> {
              checking = false;
              long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
              boolean found =
                  done.failed()
                      && done.cause() instanceof BusFailure typed
                      && typed.code() == FailureCode.STORAGE_CORRUPT;
              if (done.succeeded() || found) {
                String fault = done.failed() ? done.cause().getMessage() : null;
                lastCheck = new Check(clock.instant(), millis, fault);
              } else {
                LOG.info("the full check waits: {}", done.cause().getMessage());
              }
              if (found) {
                failed(done.cause());
              }
              damaged = damaged && done.failed();
              return Future.succeededFuture(done.succeeded());
            });
  }
}
