package dev.holdfast.fleet;

import dev.holdfast.messages.fleet.FleetEntry;
import dev.holdfast.messages.fleet.InstanceReported;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The newest report of every instance. Bounded: where there is no room left the longest silent
 * goes, first of the same service, then of all; and whoever is silent for {@link #GONE} goes
 * anyway.
 *
 * <p>All times called {@code nanos} are those of one source as {@link System#nanoTime}. Belongs to
 * one event loop.
 */
final class Ledger {
  /** After this an instance counts as silent: clients repeat their reports every minute. */
  static final Duration SILENT = Duration.ofMinutes(5);

  /** After this an instance is forgotten. */
  static final Duration GONE = Duration.ofHours(24);

  /**
   * How much is kept.
   *
   * @param all instances in all; above 0
   * @param each instances a service; above 0
   */
  record Limits(int all, int each) {
    static final Limits DEFAULTS = new Limits(10_000, 1_000);
  }

  /** What became of a report. */
  enum Result {
    /** It is the instance's newest, or the very one that is held. */
    TAKEN,
    /** There is no such service, or it is older than what is held. */
    REFUSED
  }

  private static final class Roll {
    private final Map<String, Held> instances = new TreeMap<>();
    private final TreeSet<Held> bySilence = new TreeSet<>(Held.BY_SILENCE);
  }

  private final Newest newest;
  private final Limits limits;
  private final Map<String, Roll> rolls = new TreeMap<>();
  private final TreeSet<Held> bySilence = new TreeSet<>(Held.BY_SILENCE);

  Ledger(Newest newest, Limits limits) {
    this.newest = newest;
    this.limits = limits;
  }

  /**
   * Takes a report in place of the instance's last one. What a broker had kept never replaces what
   * says it is newer, and is as old as it says it is.
   */
  Result take(InstanceReported report, Instant now, long nanos) {
    expire(nanos);
    boolean kept = report.via().equals(InstanceReported.RETAINED);
    Duration age = kept ? age(report, now) : Duration.ZERO;
    Held old = find(report.service(), report.instance());
    if (!newest.has(report.service()) || age.compareTo(GONE) >= 0) {
      return Result.REFUSED;
    }
    int order = kept && old != null ? report.at().compareTo(old.report().at()) : 1;
    if (order <= 0) {
      return order == 0 ? Result.TAKEN : Result.REFUSED;
    }
    if (old == null) {
      makeRoom(report.service());
    } else {
      remove(old);
    }
    add(new Held(report, now, nanos - age.toNanos()));
    return Result.TAKEN;
  }

  /**
   * What is known, in order of service and instance.
   *
   * @param service only this one, or null for all
   * @param sees which services may be told
   */
  List<FleetEntry> list(@Nullable String service, Predicate<String> sees, long nanos) {
    expire(nanos);
    List<FleetEntry> entries = new ArrayList<>();
    rolls.forEach(
        (name, roll) -> {
          if ((service == null || service.equals(name)) && sees.test(name)) {
            roll.instances.values().forEach(held -> entries.add(entry(held, nanos)));
          }
        });
    return entries;
  }

  /** How many instances of each service stand how. */
  Map<String, Map<Standing, Integer>> count(long nanos) {
    expire(nanos);
    Map<String, Map<Standing, Integer>> counts = new TreeMap<>();
    rolls.forEach(
        (name, roll) -> {
          Map<Standing, Integer> of = new EnumMap<>(Standing.class);
          roll.instances.values().forEach(held -> of.merge(standing(held, nanos), 1, Integer::sum));
          counts.put(name, of);
        });
    return counts;
  }

  /** Forgets the instances of services that are no more. */
  void forgetUnknown() {
    rolls
        .entrySet()
        .removeIf(
            roll -> {
              boolean gone = !newest.has(roll.getKey());
              if (gone) {
                roll.getValue().bySilence.forEach(bySilence::remove);
              }
              return gone;
            });
  }

  private static Duration age(InstanceReported report, Instant now) {
    Duration age = Duration.between(report.at(), now);
    return age.isNegative() ? Duration.ZERO : age;
  }

  private Standing standing(Held held, long nanos) {
    InstanceReported report = held.report();
    if (nanos - held.heardNanos() >= SILENT.toNanos()) {
      return Standing.SILENT;
    }
    if (!report.applied()) {
      return Standing.REFUSED;
    }
    return newest.is(report.service(), report.epoch(), report.version())
        ? Standing.CURRENT
        : Standing.BEHIND;
  }

  private FleetEntry entry(Held held, long nanos) {
    InstanceReported report = held.report();
    return new FleetEntry(
        report,
        held.receivedAt(),
        newest.behind(report.service(), report.epoch(), report.version()),
        Duration.ofNanos(nanos - held.heardNanos()).toSeconds());
  }

  private void expire(long nanos) {
    while (!bySilence.isEmpty() && nanos - bySilence.first().heardNanos() >= GONE.toNanos()) {
      remove(bySilence.first());
    }
  }

  private void makeRoom(String service) {
    Roll roll = rolls.get(service);
    if (roll != null && roll.instances.size() >= limits.each()) {
      remove(roll.bySilence.first());
    } else if (bySilence.size() >= limits.all()) {
      remove(bySilence.first());
    }
  }

  private @Nullable Held find(String service, String instance) {
    Roll roll = rolls.get(service);
    return roll == null ? null : roll.instances.get(instance);
  }

  private void add(Held held) {
    Roll roll = rolls.computeIfAbsent(held.service(), name -> new Roll());
    roll.instances.put(held.instance(), held);
    roll.bySilence.add(held);
    bySilence.add(held);
  }

  private void remove(Held held) {
    Roll roll = rolls.get(held.service());
    if (roll != null) {
      roll.instances.remove(held.instance());
      roll.bySilence.remove(held);
      if (roll.instances.isEmpty()) {
        rolls.remove(held.service());
      }
    }
    bySilence.remove(held);
  }
}
