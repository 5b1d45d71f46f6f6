package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.health.Fault.Kind;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of every change of the conditions once: the log, the other rooms, the epoch file. */
final class Reporter {
  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
  private static final List<String> MODES =
      List.of(Conditions.NORMAL, "read-only-fallback", "rebuilding");

  private final Bus bus;
  private final Conditions conditions;
  private final EpochKeeper keeper;
  private volatile Map<Kind, Fault> known = Map.of();
  private volatile @Nullable HealthReport last;

  Reporter(Bus bus, Conditions conditions, EpochKeeper keeper, MeterRegistry meters) {
    this.bus = bus;
    this.conditions = conditions;
    this.keeper = keeper;
    Gauge.builder("holdfast.health.ok", this, it -> it.gauge(it.report().ok())).register(meters);
    Gauge.builder("holdfast.health.lkg.valid", this, it -> it.gauge(it.report().lkgCacheValid()))
        .register(meters);
    for (String mode : MODES) {
      Gauge.builder(
              "holdfast.health.mode",
              this,
              it -> it.gauge(it.report().operationalMode().equals(mode)))
          .tag("mode", mode)
          .register(meters);
    }
    for (Kind kind : Kind.values()) {
      Gauge.builder("holdfast.health.fault", this, it -> it.gauge(it.known.containsKey(kind)))
          .tag("event", kind.event())
          .register(meters);
    }
  }

  /** The state as last told. */
  HealthReport report() {
    HealthReport told = last;
    return told == null ? conditions.report() : told;
  }

  /** Holds the conditions against what was told last. */
  void update() {
    log();
    HealthReport before = last;
    HealthReport now = conditions.report();
    if (now.equals(before)) {
      return;
    }
    last = now;
    bus.publish(HealthRoutes.CHANGED, now);
    if (before == null
        || before.ok() != now.ok()
        || !before.databaseStatus().equals(now.databaseStatus())
        || !before.operationalMode().equals(now.operationalMode())
        || before.schemaVersion() != now.schemaVersion()
        || !before.epoch().equals(now.epoch())) {
      keeper.status(now);
    }
  }

  private void log() {
    Map<Kind, Fault> now = new EnumMap<>(Kind.class);
    conditions.faults().forEach(fault -> now.put(fault.kind(), fault));
    for (Fault fault : known.values()) {
      if (!now.containsKey(fault.kind())) {
        LOG.info("{}: over (it was: {})", fault.kind().event(), fault.text());
      }
    }
    for (Fault fault : now.values()) {
      if (!known.containsKey(fault.kind())) {
        LOG.warn("{}: {}", fault.kind().event(), fault.text());
      }
    }
    known = now;
  }

  private double gauge(boolean yes) {
    return yes ? 1 : 0;
  }
}
