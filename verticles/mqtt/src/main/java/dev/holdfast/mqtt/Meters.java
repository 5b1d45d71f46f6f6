package dev.holdfast.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What this room measures. */
final class Meters {
  private final AtomicInteger connected = new AtomicInteger();
  private final AtomicInteger outbox = new AtomicInteger();
  private final Timer lag;
  private final Counter published;
  private final Counter reconnects;
  private final Counter reportsRefused;
  private final Counter reportsDropped;
  private boolean wasConnected;

  Meters(MeterRegistry registry) {
    Gauge.builder("holdfast.mqtt.connected", connected, AtomicInteger::get)
        .description("1 while there is a connection to the broker, else 0")
        .register(registry);
    Gauge.builder("holdfast.mqtt.outbox", outbox, AtomicInteger::get)
        .description("topics whose newest message the broker has not confirmed")
        .register(registry);
    lag =
        Timer.builder("holdfast.mqtt.publish.lag")
            .description("from hearing of a change to the broker's confirmation")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofNanos(100_000))
            .maximumExpectedValue(Duration.ofSeconds(60))
            .register(registry);
    published =
        Counter.builder("holdfast.mqtt.published")
            .description("messages the broker confirmed")
            .register(registry);
    reconnects =
        Counter.builder("holdfast.mqtt.reconnects")
            .description("connections made after the first one")
            .register(registry);
    reportsRefused = reports(registry, "refused");
    reportsDropped = reports(registry, "dropped");
  }

  /** The room that keeps the reports counts those it took under the same name. */
  private static Counter reports(MeterRegistry registry, String result) {
    return Counter.builder("holdfast.fleet.reports")
        .description("reports of instances and services, by what became of them")
        .tag("result", result)
        .register(registry);
  }

  /** A report that was none. */
  void reportRefused() {
    reportsRefused.increment();
  }

  /** A report that came while there were too many. */
  void reportDropped() {
    reportsDropped.increment();
  }

  void connected(boolean now) {
    connected.set(now ? 1 : 0);
    if (now) {
      if (wasConnected) {
        reconnects.increment();
      }
      wasConnected = true;
    }
  }

  void outbox(int size) {
    outbox.set(size);
  }

  void published(Outbox.Sending sending) {
    published.increment();
    if (sending.cause() == Outbox.Cause.CHANGE && !(sending.entry() instanceof Entry.Plain)) {
      lag.record(Duration.ofNanos(System.nanoTime() - sending.sinceNanos()));
    }
  }
}
