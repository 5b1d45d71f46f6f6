package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.storage.ProbeStorage;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.StorageRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at the database again and again, never twice at a time. */
final class Probe {
  private final Vertx vertx;
  private final Bus bus;
  private final Conditions conditions;
  private final long pauseMillis;
  private final Timer timing;
  private long timer = -1;
  private boolean closed;

  Probe(Vertx vertx, Bus bus, Conditions conditions, long pauseMillis, MeterRegistry meters) {
    this.vertx = vertx;
    this.bus = bus;
    this.conditions = conditions;
    this.pauseMillis = pauseMillis;
    this.timing = meters.timer("holdfast.health.probe");
  }

  /** Looks once and tells the conditions. Does not fail. */
  Future<@Nullable Void> once() {
    // A commit may overtake the answer, so what it is held against is what is known now.
    StorageProbed expected = conditions.expected();
    long began = System.nanoTime();
    return bus.call(StorageRoutes.PROBE, new ProbeStorage())
        .onComplete(done -> timing.record(System.nanoTime() - began, TimeUnit.NANOSECONDS))
        .onSuccess(found -> conditions.probed(found, expected))
        .onFailure(conditions::probeFailed)
        .<@Nullable Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** Looks after each pause, and calls back after each look. */
  void run(Runnable looked) {
    timer =
        vertx.setTimer(
            pauseMillis,
            fired ->
                once()
                    .onComplete(
                        done -> {
                          if (!closed) {
                            looked.run();
                            run(looked);
                          }
                        }));
  }

  void close() {
    closed = true;
    vertx.cancelTimer(timer);
  }
}
