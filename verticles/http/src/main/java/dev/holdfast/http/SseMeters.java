package dev.holdfast.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What is measured of one hub. The gauges carry the hub's number, so that several add up. */
final class SseMeters {
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final MeterRegistry registry;
  private final Counter sent;
  private final Counter dropped;
  private final Gauge readers;
  private final Gauge pending;

  SseMeters(MeterRegistry registry, Supplier<Number> readers, Supplier<Number> pending) {
    this.registry = registry;
    String hub = String.valueOf(NEXT.getAndIncrement());
    this.readers =
        Gauge.builder("holdfast.sse.readers", readers)
            .description("open event streams")
            .tag("hub", hub)
            .register(registry);
    this.pending =
        Gauge.builder("holdfast.sse.pending", pending)
            .description("services whose newest state is still to be told")
            .tag("hub", hub)
            .register(registry);
    this.sent =
        Counter.builder("holdfast.sse.sent")
            .description("events written to readers")
            .register(registry);
    this.dropped =
        Counter.builder("holdfast.sse.dropped")
            .description("readers closed for being too slow")
            .register(registry);
  }

  Counter sent() {
    return sent;
  }

  Counter dropped() {
    return dropped;
  }

  /** Takes the gauges of this hub away. */
  void close() {
    registry.remove(readers);
    registry.remove(pending);
  }
}
