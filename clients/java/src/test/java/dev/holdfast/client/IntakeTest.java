package dev.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  private final Signer signer = new Signer();
  private final AtomicLong nanos = new AtomicLong();
  private final Intake intake = new Intake(nanos::get);

  @Test
  void offer_first_isApplied() {
    assertThat(intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW))
        .isEqualTo(Intake.Outcome.APPLY);
    assertThat(intake.held()).isEqualTo(update(7, NOW).mark());
  }

  @Test
  void offer_sameAgain_isARepeat() {
    intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW);

    assertThat(intake.offer(update(7, NOW.plusSeconds(9)), Intake.Way.PUSHED, NOW))
        .isEqualTo(Intake.Outcome.REPEAT);
  }

  @Test
  void offer_sameVersionOfOtherContent_isRefused() {
    intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW);

    assertRefused(Refused.Check.VERSION, other(Signer.EPOCH, 7, NOW, Map.of("a", 2L)));
  }

  @Test
  void offer_lowerVersion_isRefusedWhoeverSaysIt() {
    intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW);

    assertRefused(Refused.Check.VERSION, update(6, NOW));
    assertRefused(Refused.Check.VERSION, update(6, NOW), Intake.Way.MANAGER);
  }

  @Test
  void offer_staleOrFromTheFuture_isRefused() {
    assertRefused(Refused.Check.FRESHNESS, update(7, NOW.minusSeconds(301)));
    assertRefused(Refused.Check.FRESHNESS, update(7, NOW.plusSeconds(301)));
    assertThat(intake.offer(update(7, NOW.minusSeconds(300)), Intake.Way.PUSHED, NOW))
        .isEqualTo(Intake.Outcome.APPLY);
  }

  @Test
  void offer_withoutATime_goesByVersions() {
    assertThat(intake.offer(update(7, NOW.minusSeconds(9_999)), Intake.Way.PUSHED, null))
        .isEqualTo(Intake.Outcome.APPLY);
    assertThatThrownBy(() -> intake.offer(update(6, NOW), Intake.Way.PUSHED, null))
        .isInstanceOf(Refused.class);
  }

  @Test
  void offer_anotherEpochPushed_asksTheManagerFirst() {
    intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW);
    Update next = other(Signer.OTHER_EPOCH, 99, NOW, Map.of());

    assertThat(intake.offer(next, Intake.Way.PUSHED, NOW)).isEqualTo(Intake.Outcome.ASK);
    assertThat(intake.held().epoch()).isEqualTo(Signer.EPOCH);
    assertThat(intake.offer(next, Intake.Way.MANAGER, NOW)).isEqualTo(Intake.Outcome.APPLY);
    assertThat(intake.held().epoch()).isEqualTo(Signer.OTHER_EPOCH);
  }

  @Test
  void offer_ofAnEpochThatWasLeft_isRefusedUnlessTheManagerSaysSo() {
    intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW);
    intake.offer(other(Signer.OTHER_EPOCH, 1, NOW, Map.of()), Intake.Way.ANSWERED, NOW);

    assertRefused(Refused.Check.EPOCH, update(8, NOW));
    assertThatThrownBy(() -> intake.offer(update(8, NOW), Intake.Way.ANSWERED, NOW))
        .isInstanceOf(Refused.class);
    assertThat(intake.held().epoch()).isEqualTo(Signer.OTHER_EPOCH);
    assertThat(intake.offer(update(8, NOW), Intake.Way.MANAGER, NOW))
        .isEqualTo(Intake.Outcome.APPLY);
  }

  @Test
  void offer_ofAnEpochThatWasLeftLongAgo_countsAsAnAnswer() {
    intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW);
    intake.offer(other(Signer.OTHER_EPOCH, 1, NOW, Map.of()), Intake.Way.ANSWERED, NOW);

    nanos.addAndGet(Duration.ofMinutes(10).toNanos() + 1);

    assertThat(intake.offer(update(8, NOW), Intake.Way.ANSWERED, NOW))
        .isEqualTo(Intake.Outcome.APPLY);
  }

  @Test
  void offer_anotherEpochAfterSilence_isAdopted() {
    intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW);
    Update next = other(Signer.OTHER_EPOCH, 1, NOW, Map.of());

    nanos.addAndGet(Duration.ofMinutes(5).toNanos());
    assertThat(intake.offer(next, Intake.Way.PUSHED, NOW)).isEqualTo(Intake.Outcome.ASK);
    nanos.addAndGet(1);
    assertThat(intake.offer(next, Intake.Way.PUSHED, NOW)).isEqualTo(Intake.Outcome.APPLY);
  }

  @Test
  void offer_refusedOnes_doNotBreakTheSilence() {
    intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW);
    nanos.addAndGet(Duration.ofMinutes(5).toNanos() + 1);

    assertRefused(Refused.Check.VERSION, update(6, NOW));

    assertThat(intake.offer(other(Signer.OTHER_EPOCH, 1, NOW, Map.of()), Intake.Way.PUSHED, NOW))
        .isEqualTo(Intake.Outcome.APPLY);
  }

  @Test
  void offer_newOneRepeatOrRestoredOne_breaksTheSilence() {
    Update next = other(Signer.OTHER_EPOCH, 1, NOW, Map.of());
    long five = Duration.ofMinutes(5).toNanos();

    nanos.addAndGet(five + 1);
    intake.restore(update(6, NOW).mark());
    assertThat(intake.offer(next, Intake.Way.PUSHED, NOW)).isEqualTo(Intake.Outcome.ASK);
    nanos.addAndGet(five + 1);
    intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW);
    assertThat(intake.offer(next, Intake.Way.PUSHED, NOW)).isEqualTo(Intake.Outcome.ASK);
    nanos.addAndGet(five + 1);
    intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW);
    assertThat(intake.offer(next, Intake.Way.PUSHED, NOW)).isEqualTo(Intake.Outcome.ASK);
  }

  /** Nobody is asked here, so another epoch never comes in, and the newest always does. */
  @Test
  void offer_tenThousandPermutations_neverGoesBackwards() {
    List<Update> updates = new ArrayList<>();
    for (long version = 1; version <= 6; version++) {
      updates.add(update(version, NOW));
      updates.add(update(version, NOW.plusSeconds(1)));
      updates.add(other(Signer.OTHER_EPOCH, version + 3, NOW, Map.of("a", 1L)));
    }
    updates.add(update(7, NOW.minusSeconds(400)));
    updates.add(other(Signer.EPOCH, 3, NOW, Map.of("a", 2L)));
    Random random = new Random(31);
    for (int round = 0; round < 10_000; round++) {
      Collections.shuffle(updates, random);
      Intake fresh = new Intake(nanos::get);
      fresh.restore(update(1, NOW).mark());
      long held = 1;
      for (Update each : updates) {
        Intake.Outcome outcome;
        try {
          outcome = fresh.offer(each, Intake.Way.PUSHED, NOW);
        } catch (Refused e) {
          continue;
        }
        if (outcome == Intake.Outcome.APPLY) {
          assertThat(each.mark().epoch()).isEqualTo(Signer.EPOCH);
          assertThat(each.mark().version()).isGreaterThan(held);
          held = each.mark().version();
        }
      }
      assertThat(held).isEqualTo(6);
    }
  }

  @Test
  void restore_thenAReplay_isRefused() {
    intake.restore(update(7, NOW).mark());

    assertRefused(Refused.Check.VERSION, update(6, NOW));
    assertThat(intake.offer(update(7, NOW), Intake.Way.PUSHED, NOW))
        .isEqualTo(Intake.Outcome.REPEAT);
    assertThat(intake.offer(update(8, NOW), Intake.Way.PUSHED, NOW))
        .isEqualTo(Intake.Outcome.APPLY);
  }

  private void assertRefused(Refused.Check check, Update update) {
    assertRefused(check, update, Intake.Way.PUSHED);
  }

  private void assertRefused(Refused.Check check, Update update, Intake.Way way) {
    assertThatThrownBy(() -> intake.offer(update, way, NOW))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.check()).isEqualTo(check));
  }

  private Update update(long version, Instant issuedAt) {
    return other(Signer.EPOCH, version, issuedAt, Map.of("a", 1L));
  }

  private Update other(String epoch, long version, Instant issuedAt, Map<String, ?> config) {
    return signer.verifier().verify("one", signer.update("one", version, epoch, issuedAt, config));
  }
}
