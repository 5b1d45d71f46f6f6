package dev.holdfast.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.fleet.FleetEntry;
import dev.holdfast.messages.fleet.InstanceReported;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.Tombstone;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final Newest newest = new Newest();
  private final Ledger ledger = new Ledger(newest, new Ledger.Limits(5, 3));
  private Instant now = NOW;
  private long nanos;

  @BeforeEach
  void settings() {
    newest.take(Fixtures.state(Map.of("one", 4L, "two", 1L)));
  }

  private void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  private Ledger.Result take(String service, String instance, long version) {
    return take(Fixtures.report(service, instance, version, now));
  }

  private Ledger.Result take(InstanceReported report) {
    return ledger.take(report, now, nanos);
  }

  private List<FleetEntry> list() {
    return ledger.list(null, service -> true, nanos);
  }

  private List<String> instances() {
    return list().stream().map(entry -> entry.report().instance()).toList();
  }

  private Map<Standing, Integer> count(String service) {
    return ledger.count(nanos).getOrDefault(service, Map.of());
  }

  @Test
  void take_report_isTheNewestOfItsInstance() {
    assertThat(take("one", "a", 3)).isEqualTo(Ledger.Result.TAKEN);
    pass(Duration.ofSeconds(90));
    assertThat(list().get(0).silentSeconds()).isEqualTo(90);
    take("one", "a", 4);
    assertThat(list()).hasSize(1);
    FleetEntry entry = list().get(0);
    assertThat(entry.report().version()).isEqualTo(4);
    assertThat(entry.receivedAt()).isEqualTo(now);
    assertThat(entry.silentSeconds()).isZero();
  }

  @Test
  void behindBy_sameEpoch_countsVersionsAndFollowsChanges() {
    take("one", "a", 4);
    take("one", "b", 1);
    assertThat(list()).extracting(FleetEntry::behindBy).containsExactly(0L, 3L);
    newest.take(
        new ConfigChanged(9, Fixtures.EPOCH, 1, List.of(Fixtures.snapshot("one", 5)), List.of()));
    assertThat(list()).extracting(FleetEntry::behindBy).containsExactly(1L, 4L);
  }

  @Test
  void behindBy_otherEpochOrVersionNeverGiven_isNotKnown() {
    take("one", "a", 5);
    take(
        new InstanceReported(
            "one", "b", 4, "b3b1b2f6-0b43-4a1c-8a57-0d4bfa3c7a11", true, null, now, "bus"));
    assertThat(list()).extracting(FleetEntry::behindBy).containsExactly(null, null);
    assertThat(count("one")).containsOnly(Map.entry(Standing.BEHIND, 2));
  }

  @Test
  void count_each_standsAsItSaid() {
    take("one", "a", 4);
    pass(Ledger.SILENT.minusSeconds(1));
    take("one", "b", 3);
    take(new InstanceReported("one", "c", 4, Fixtures.EPOCH, false, "no", now, "mqtt"));
    assertThat(count("one"))
        .containsOnly(
            Map.entry(Standing.CURRENT, 1),
            Map.entry(Standing.BEHIND, 1),
            Map.entry(Standing.REFUSED, 1));
    pass(Duration.ofSeconds(1));
    assertThat(count("one")).containsEntry(Standing.SILENT, 1).doesNotContainKey(Standing.CURRENT);
    pass(Ledger.SILENT);
    assertThat(count("one")).containsOnly(Map.entry(Standing.SILENT, 3));
  }

  @Test
  void silent_aDay_isForgotten() {
    take("one", "a", 4);
    pass(Ledger.GONE.minusSeconds(1));
    take("one", "b", 4);
    assertThat(instances()).containsExactly("a", "b");
    pass(Duration.ofSeconds(1));
    assertThat(instances()).containsExactly("b");
    assertThat(count("one")).containsOnly(Map.entry(Standing.CURRENT, 1));
  }

  @Test
  void take_oneTooManyOfAService_theLongestSilentOfItGoes() {
    take("two", "z", 1);
    for (String instance : List.of("a", "b", "c")) {
      pass(Duration.ofSeconds(1));
      take("one", instance, 4);
    }
    pass(Duration.ofSeconds(1));
    take("one", "a", 4);
    take("one", "d", 4);
    assertThat(instances()).containsExactly("a", "c", "d", "z");
  }

  @Test
  void take_oneTooManyInAll_theLongestSilentGoes() {
    for (String service : List.of("one", "two")) {
      for (String instance : List.of("a", "b", "c")) {
        pass(Duration.ofSeconds(1));
        take(service, instance, 1);
      }
    }
    assertThat(list())
        .extracting(entry -> entry.report().service() + " " + entry.report().instance())
        .containsExactly("one b", "one c", "two a", "two b", "two c");
  }

  @Test
  void take_serviceThatIsNone_isRefused() {
    assertThat(take("three", "a", 1)).isEqualTo(Ledger.Result.REFUSED);
    assertThat(list()).isEmpty();
  }

  @Test
  void take_beforeAnyServiceIsKnown_isTakenUntilTheyAre() {
    Newest unknown = new Newest();
    Ledger early = new Ledger(unknown, Ledger.Limits.DEFAULTS);
    for (String service : List.of("one", "three")) {
      assertThat(early.take(Fixtures.report(service, "a", 1, now), now, 0))
          .isEqualTo(Ledger.Result.TAKEN);
    }
    unknown.take(Fixtures.state(Map.of("one", 1L)));
    early.forgetUnknown();
    assertThat(early.list(null, service -> true, 0))
        .extracting(entry -> entry.report().service())
        .containsExactly("one");
  }

  @Test
  void deleted_service_takesItsInstancesAlong() {
    take("one", "a", 4);
    take("two", "b", 1);
    Tombstone gone = new Tombstone("one", 5, 9, Fixtures.EPOCH, now);
    newest.take(new ConfigChanged(9, Fixtures.EPOCH, 1, List.of(), List.of(gone)));
    ledger.forgetUnknown();
    assertThat(instances()).containsExactly("b");
    for (int i = 0; i < 5; i++) {
      assertThat(take("two", "i" + i, 1)).isEqualTo(Ledger.Result.TAKEN);
    }
    assertThat(list()).hasSize(3);
  }

  @Test
  void take_keptByABroker_neverGoesBackAndIsAsOldAsItSays() {
    InstanceReported live = Fixtures.report("one", "a", 4, now);
    take(live);
    pass(Duration.ofSeconds(10));
    assertThat(take(Fixtures.retained("one", "a", 3, NOW.minusSeconds(1))))
        .isEqualTo(Ledger.Result.REFUSED);
    assertThat(take(Fixtures.retained("one", "a", 4, NOW))).isEqualTo(Ledger.Result.TAKEN);
    assertThat(list().get(0).report()).isEqualTo(live);
    assertThat(take(Fixtures.retained("one", "a", 3, NOW.plusSeconds(1))))
        .isEqualTo(Ledger.Result.TAKEN);
    assertThat(list().get(0).silentSeconds()).isEqualTo(9);

    take(Fixtures.retained("one", "b", 4, now.minus(Duration.ofHours(23))));
    assertThat(list().get(1).silentSeconds()).isEqualTo(23 * 3_600);
    assertThat(list().get(1).receivedAt()).isEqualTo(now);
    assertThat(take(Fixtures.retained("one", "c", 4, now.minus(Ledger.GONE))))
        .isEqualTo(Ledger.Result.REFUSED);
    assertThat(take(Fixtures.retained("one", "d", 4, now.plusSeconds(9_999))))
        .isEqualTo(Ledger.Result.TAKEN);
    assertThat(list().get(2).silentSeconds()).isZero();
  }

  @Test
  void take_liveFromAClockThatWasSetBack_isTaken() {
    take("one", "a", 4);
    assertThat(take(Fixtures.report("one", "a", 3, Instant.EPOCH))).isEqualTo(Ledger.Result.TAKEN);
    assertThat(list().get(0).report().version()).isEqualTo(3);
  }

  @Test
  void list_serviceOrScope_showsNoOther() {
    take("one", "a", 4);
    take("two", "b", 1);
    assertThat(ledger.list("two", service -> true, nanos)).hasSize(1);
    assertThat(ledger.list(null, "one"::equals, nanos)).hasSize(1);
    assertThat(ledger.list("two", "one"::equals, nanos)).isEmpty();
  }

  @Test
  void state_ofAnotherEpoch_isTheOneThatCounts() {
    take("one", "a", 4);
    newest.take(new State(1, "b3b1b2f6-0b43-4a1c-8a57-0d4bfa3c7a11", 1, List.of(), List.of()));
    assertThat(list()).extracting(FleetEntry::behindBy).containsExactly((Long) null);
  }
}
