package dev.holdfast.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Sees a clock that stands before what was written when it was right. */
final class Wall {
  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  private final Clock clock;
  private final @Nullable Instant written;
  private final Conditions conditions;

  Wall(Clock clock, @Nullable EpochFile found, Conditions conditions) {
    this.clock = clock;
    this.written = found == null ? null : found.updatedAt();
    this.conditions = conditions;
  }

  void look() {
    boolean behind = written != null && clock.instant().plus(TOLERANCE).isBefore(written);
    conditions.clock(
        behind
            ? "the clock stands before the time at which the epoch file was written ("
                + written
                + "): set it; until then subscribers may refuse updates as stale"
            : null);
  }
}
