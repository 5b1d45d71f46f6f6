package dev.holdfast.client;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which verified updates of one service count: only fresh ones, never backwards, and never
 * from another life of the database unless the manager itself said so or the old one has been
 * silent. Belongs to one event loop.
 */
final class Intake {
  /** How far from now an update may have been issued, and how long a silence ends an epoch. */
  static final Duration WINDOW = Duration.ofMinutes(5);

  /** What to do with an update. */
  enum Outcome {
    /** It is newer than what is held. */
    APPLY,
    /** It is what is held. */
    REPEAT,
    /** It is of another epoch: the manager must be asked. */
    ASK
  }

  private final LongSupplier nanos;
  private Update.@Nullable Mark held;
  private long heardNanos;

  /** {@code nanos} tells a time that never goes back. */
  Intake(LongSupplier nanos) {
    this.nanos = nanos;
    this.heardNanos = nanos.getAsLong();
  }

  /** Takes up where an earlier run left off. */
  void restore(Update.Mark mark) {
    held = mark;
    heardNanos = nanos.getAsLong();
  }

  /** How far the service has come; null before the first update. */
  Update.@Nullable Mark held() {
    return held;
  }

  /**
   * Takes an update whose signature holds.
   *
   * @param asked whether it is the manager's answer to a question, not something that was pushed
   * @param now the manager's time, or null where nobody knows it
   * @throws Refused where it is stale or not newer
   */
  Outcome offer(Update update, boolean asked, @Nullable Instant now) {
    if (now != null && Duration.between(update.issuedAt(), now).abs().compareTo(WINDOW) > 0) {
      throw new Refused(Refused.Check.FRESHNESS, "issued more than five minutes from now");
    }
    Update.Mark mark = held;
    Update.Mark offered = update.mark();
    if (mark != null && !mark.epoch().equals(offered.epoch())) {
      boolean silent = nanos.getAsLong() - heardNanos > WINDOW.toNanos();
      return asked || silent ? take(offered) : Outcome.ASK;
    }
    if (mark == null || offered.version() > mark.version()) {
      return take(offered);
    }
    if (offered.equals(mark)) {
      heardNanos = nanos.getAsLong();
      return Outcome.REPEAT;
    }
    throw new Refused(
        Refused.Check.VERSION,
        "version "
            + offered.version()
            + " is not above the one held (expected: above "
            + mark.version()
            + ")");
  }

  private Outcome take(Update.Mark mark) {
    held = mark;
    heardNanos = nanos.getAsLong();
    return Outcome.APPLY;
  }
}
