package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.health.HealthDetail.Progress;
import dev.holdfast.messages.health.HealthDetail.Rebuild;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.StartRebuild;
import dev.holdfast.messages.settings.GetState;
import dev.holdfast.messages.settings.RebuildSettings;
import dev.holdfast.messages.settings.SettingsRebuilt;
import dev.holdfast.messages.settings.SettingsRoutes;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the database made anew: when somebody asks for it, or by itself where that is allowed. */
final class Rebuilder {
  private static final Logger LOG = LoggerFactory.getLogger(Rebuilder.class);
  private static final Progress BEGINNING = new Progress(0, 4, "beginning");
  private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Bus bus;
  private final Conditions conditions;
  private final Clock clock;
  private final boolean automatic;
  private final Consumer<SettingsRebuilt> done;
  private final Runnable changed;
  private @Nullable Rebuild last;
  private @Nullable Long failedAt;

  /**
   * {@code done} hears of each new database, before {@code changed} tells that the state is
   * another.
   */
  Rebuilder(
      Bus bus,
      Conditions conditions,
      Clock clock,
      boolean automatic,
      Consumer<SettingsRebuilt> done,
      Runnable changed) {
    this.bus = bus;
    this.conditions = conditions;
    this.clock = clock;
    this.automatic = automatic;
    this.done = done;
    this.changed = changed;
  }

  void start() {
    bus.subscribe(
        SettingsRoutes.REBUILD_PROGRESS,
        step -> {
          if (conditions.rebuilding() != null) {
            conditions.rebuilding(new Progress(step.step(), step.steps(), step.text()));
            changed.run();
          }
        });
  }

  /** The newest one, or null. */
  @Nullable Rebuild last() {
    return last;
  }

  /** Begins one. Fails {@code CONFLICT} as {@code HealthRoutes.REBUILD} says. */
  Future<HealthReport> request(StartRebuild question) {
    if (conditions.rebuilding() != null) {
      return refused("the database is being rebuilt already");
    }
    Fault fault = conditions.ofDatabase();
    if (!question.force() && (fault == null || !fault.kind().rebuildable())) {
      return refused(
          fault == null
              ? "the database is healthy (expected: a damaged one, or \"force\": true)"
              : fault.kind().event()
                  + " is not healed by a rebuild (expected: a damaged database, or \"force\":"
                  + " true): "
                  + fault.text());
    }
    begin(fault, question.requestedBy());
    return Future.succeededFuture(conditions.report());
  }

  /** Begins one where that is allowed and there is cause for it. */
  void consider() {
    Fault fault = conditions.ofDatabase();
    boolean again = failedAt == null || System.nanoTime() - failedAt > AGAIN_NANOS;
    if (automatic
        && again
        && conditions.known()
        && conditions.rebuilding() == null
        && fault != null
        && fault.kind().rebuildable()) {
      begin(fault, "system");
    }
  }

  private static Future<HealthReport> refused(String detail) {
    return Future.failedFuture(BusFailure.of(FailureCode.CONFLICT, detail));
  }

  private void begin(@Nullable Fault fault, String requestedBy) {
    String reason = fault == null ? "forced" : fault.kind().event() + ": " + fault.text();
    LOG.warn("The database is rebuilt for {}: {}", requestedBy, reason);
    long began = System.nanoTime();
    conditions.rebuilding(BEGINNING);
    changed.run();
    bus.call(SettingsRoutes.REBUILD, new RebuildSettings(reason, requestedBy))
        .onSuccess(
            rebuilt ->
                // Asked after it was told of the new standing, the settings room answers after it.
                bus.call(SettingsRoutes.STATE, new GetState())
                    .onComplete(known -> succeeded(rebuilt, reason, requestedBy, began)))
        .onFailure(
            failure -> {
              LOG.error("The rebuild failed: {}", failure.getMessage());
              failedAt = System.nanoTime();
              conditions.rebuilding(null);
              conditions.rebuild("the rebuild failed: " + failure.getMessage());
              changed.run();
            });
  }

  private void succeeded(SettingsRebuilt rebuilt, String reason, String requestedBy, long began) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    failedAt = null;
    last =
        new Rebuild(
            clock.instant(),
            millis,
            requestedBy,
            reason,
            rebuilt.backup(),
            rebuilt.lost(),
            rebuilt.reset());
    LOG.warn(
        "The database was rebuilt in {} ms: epoch {}, {} services from {}",
        millis,
        rebuilt.epoch(),
        rebuilt.services(),
        rebuilt.basis());
    rebuilt.lost().forEach(secret -> LOG.warn("Lost with the old database: secret {}", secret));
    rebuilt.reset().forEach(setting -> LOG.warn("Back at its default: {}", setting));
    conditions.rebuilding(null);
    conditions.rebuild(null);
    done.accept(rebuilt);
    changed.run();
  }
}
