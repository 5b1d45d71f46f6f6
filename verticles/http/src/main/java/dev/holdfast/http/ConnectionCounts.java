package dev.holdfast.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections there are, over all instances. Safe for use by several threads. */
final class ConnectionCounts {
  private final Limits limits;
  private final AtomicInteger total = new AtomicInteger();
  private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
  private final Counter refused;
  private final Counter late;

  /**
   * The bounds.
   *
   * @param total connections altogether
   * @param perAddress connections from one address; below the total, so that one address alone
   *     cannot shut out the others, and high enough for a fleet of 10,000 behind one address
   * @param firstMillis how long a connection may take to its first request
   * @param idleMillis how long it may take from a reply to its next request
   * @param sweepMillis how often that is looked at
   */
  record Limits(int total, int perAddress, long firstMillis, long idleMillis, long sweepMillis) {
    /** What is used outside tests. */
    static final Limits DEFAULTS = new Limits(16_384, 12_288, 10_000, 60_000, 1_000);
  }

  ConnectionCounts(Limits limits, MeterRegistry meters) {
    this.limits = limits;
    Gauge.builder("holdfast.http.connections", total, AtomicInteger::get)
        .description("Connections that are open")
        .register(meters);
    refused =
        Counter.builder("holdfast.http.connections.refused")
            .description("Connections closed at once, because there were too many")
            .register(meters);
    late =
        Counter.builder("holdfast.http.connections.late")
            .description("Connections closed because no request came in time")
            .register(meters);
  }

  Limits limits() {
    return limits;
  }

  /** Counts a connection until {@link #closed}; false where there is no room for it. */
  boolean open(String address) {
    int there = byAddress.merge(address, 1, Integer::sum);
    boolean room = total.incrementAndGet() <= limits.total() && there <= limits.perAddress();
    if (!room) {
      refused.increment();
    }
    return room;
  }

  void closed(String address) {
    total.decrementAndGet();
    byAddress.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
  }

  /** One was closed because no request came in time. */
  void late() {
    late.increment();
  }
}
