package dev.holdfast.fleet;

import dev.holdfast.messages.fleet.Fleet;
import dev.holdfast.messages.fleet.GetFleet;
import dev.holdfast.messages.fleet.InstanceReported;
import dev.holdfast.messages.fleet.ServiceHealthCleared;
import dev.holdfast.messages.fleet.ServiceHealthReported;
import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/** Gives the ledger the time, and tells the meters what came of it. Belongs to one event loop. */
final class FleetDesk {
  private final Ledger ledger;
  private final Healths healths;
  private final FleetMeters meters;
  private final Clock clock;
  private final LongSupplier nanos;

  /**
   * @param clock for the times that are shown
   * @param nanos for how long an instance has been silent, whatever the clock does meanwhile
   */
  FleetDesk(Ledger ledger, Healths healths, FleetMeters meters, Clock clock, LongSupplier nanos) {
    this.ledger = ledger;
    this.healths = healths;
    this.meters = meters;
    this.clock = clock;
    this.nanos = nanos;
  }

  void heard(InstanceReported report) {
    Instant now = clock.instant();
    meters.reported(ledger.take(report, now, nanos.getAsLong()));
  }

  void heard(ServiceHealthReported report) {
    meters.reported(healths.take(report, clock.instant()));
  }

  void cleared(ServiceHealthCleared event) {
    healths.clear(event.service());
  }

  /** Forgets what belongs to services that are no more. */
  void forgetUnknown() {
    ledger.forgetUnknown();
    healths.forgetUnknown();
  }

  Fleet answer(GetFleet question) {
    return new Fleet(
        ledger.list(question.service(), question.caller()::sees, nanos.getAsLong()),
        healths.list(question.service(), question.caller()::sees));
  }

  /** Forgets who has been silent for too long, and counts the others. */
  void step() {
    meters.instances(ledger.count(nanos.getAsLong()));
  }
}
