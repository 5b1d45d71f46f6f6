package dev.holdfast.fleet;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.fleet.FleetRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the newest report of every instance and service, and answers {@link FleetRoutes#FLEET}.
 * Everything is in memory: after a restart the retained reports of MQTT and the instances' own
 * repeats bring it back.
 *
 * <p>A report is what somebody says, not what is: nothing in the manager rests on it.
 */
public final class FleetVerticle extends VerticleBase {
  private static final long STEP_MILLIS = 2_000;

  private final FleetMeters meters;
  private @Nullable SettingsFeed feed;
  private long timer = -1;

  /** Ready to deploy once the settings room is. */
  public FleetVerticle(MeterRegistry meters) {
    this.meters = new FleetMeters(requireNonNull(meters, "meters"));
  }

  @Override
  public Future<?> start() {
    Bus bus = new Bus(vertx);
    Newest newest = new Newest();
    Ledger ledger = new Ledger(newest, Ledger.Limits.DEFAULTS);
    FleetDesk desk =
        new FleetDesk(ledger, new Healths(newest), meters, Clock.systemUTC(), System::nanoTime);
    SettingsFeed started = new SettingsFeed(vertx, bus, newest, desk::forgetUnknown);
    feed = started;
    bus.subscribe(FleetRoutes.REPORTED, desk::heard);
    bus.subscribe(FleetRoutes.HEALTH, desk::heard);
    bus.subscribe(FleetRoutes.HEALTH_CLEARED, desk::cleared);
    bus.serve(FleetRoutes.FLEET, question -> Future.succeededFuture(desk.answer(question)));
    return started.start().onSuccess(done -> step(desk));
  }

  @Override
  public Future<?> stop() {
    vertx.cancelTimer(timer);
    if (feed != null) {
      feed.stop();
    }
    return Future.succeededFuture();
  }

  private void step(FleetDesk desk) {
    desk.step();
    timer = vertx.setTimer(STEP_MILLIS, id -> step(desk));
  }
}
