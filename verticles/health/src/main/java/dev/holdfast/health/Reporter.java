package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.health.Fault.Kind;
import dev.holdfast.messages.health.HealthDetail;
import dev.holdfast.messages.health.HealthDetail.Check;
import dev.holdfast.messages.health.HealthDetail.Rebuild;
import dev.holdfast.messages.health.HealthDetail.Transition;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
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
      List.of(Conditions.NORMAL, Conditions.FALLBACK, Conditions.REBUILDING);

  private final Bus bus;
  private final Conditions conditions;
  private final EpochKeeper keeper;
  private static final int TRANSITIONS = 50;

  private final Clock clock;
  private final ArrayDeque<Transition> transitions = new ArrayDeque<>();
  private final Map<Kind, Instant> since = new EnumMap<>(Kind.class);
  private final Counter changes;
  private volatile Map<Kind, Fault> known = Map.of();
  private volatile @Nullable HealthReport last;

  Reporter(Bus bus, Conditions conditions, EpochKeeper keeper, Clock clock, MeterRegistry meters) {
    this.bus = bus;
    this.conditions = conditions;
    this.keeper = keeper;
    this.clock = clock;
    this.changes = meters.counter("holdfast.health.transitions");
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
    if (!conditions.known()) {
      return;
    }
    log();
    HealthReport before = last;
    HealthReport now = conditions.report();
    if (now.equals(before)) {
      return;
    }
    last = now;
    if (before == null || !state(before).equals(state(now))) {
      remember(now);
    }
    bus.publish(HealthRoutes.CHANGED, now);
    if (before == null
        || before.ok() != now.ok()
        || !before.databaseStatus().equals(now.databaseStatus())
        || !before.operationalMode().equals(now.operationalMode())
        || before.schemaVersion() != now.schemaVersion()
        || !before.epoch().equals(now.epoch())) {
      if (conditions.adopted() || keeper.epoch() != null) {
        keeper.status(now);
      }
    }
  }

  private static List<@Nullable String> state(HealthReport report) {
    return Arrays.asList(report.databaseStatus(), report.operationalMode(), report.event());
  }

  private void remember(HealthReport now) {
    Transition transition =
        new Transition(
            clock.instant(), now.databaseStatus(), now.operationalMode(), now.event(), now.err());
    Transition before = transitions.peekFirst();
    transitions.addFirst(transition);
    if (transitions.size() > TRANSITIONS) {
      transitions.removeLast();
    }
    changes.increment();
    boolean other =
        before == null
            || !before.operationalMode().equals(now.operationalMode())
            || !before.databaseStatus().equals(now.databaseStatus());
    if (other && (before != null || !now.operationalMode().equals(Conditions.NORMAL))) {
      LOG.warn(
          "Now {}, database {}{}",
          now.operationalMode(),
          now.databaseStatus(),
          now.event() == null ? "" : ": " + now.event());
    }
  }

  /** The causes now, and the transitions, newest first. */
  HealthDetail detail(@Nullable Check check, @Nullable Rebuild rebuild) {
    return new HealthDetail(
        known.values().stream()
            .map(
                fault ->
                    new HealthDetail.Cause(
                        fault.kind().event(),
                        fault.text(),
                        since.getOrDefault(fault.kind(), clock.instant())))
            .toList(),
        List.copyOf(transitions),
        conditions.breaks(),
        conditions.rebuilding(),
        check,
        rebuild,
        conditions.backup());
  }

  private void log() {
    Map<Kind, Fault> now = new EnumMap<>(Kind.class);
    conditions.faults().forEach(fault -> now.put(fault.kind(), fault));
    for (Fault fault : known.values()) {
      if (!now.containsKey(fault.kind())) {
        LOG.info("{}: over (it was: {})", fault.kind().event(), fault.text());
        since.remove(fault.kind());
      }
    }
    for (Fault fault : now.values()) {
      if (!known.containsKey(fault.kind())) {
        LOG.warn("{}: {}", fault.kind().event(), fault.text());
        since.put(fault.kind(), clock.instant());
      }
    }
    known = now;
  }

  private double gauge(boolean yes) {
    return yes ? 1 : 0;
  }
}
