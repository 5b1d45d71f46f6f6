package dev.holdfast.client;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
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

  /** How an update came. */
  enum Way {
    /** Nobody asked for it. */
    PUSHED,
    /** It was the answer to a question, of the manager or of somebody in its place. */
    ANSWERED,
    /** It was the manager's own answer. */
    MANAGER
  }

  private final LongSupplier nanos;
  private final Map<String, Long> left = new HashMap<>();
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
   * @param way how it came
   * @param now the manager's time, or null where nobody knows it
   * @throws Refused where it is stale or not newer
   */
  Outcome offer(Update update, Way way, @Nullable Instant now) {
    if (now != null && Duration.between(update.issuedAt(), now).abs().compareTo(WINDOW) > 0) {
      throw new Refused(Refused.Check.FRESHNESS, "issued more than five minutes from now");
    }
    Update.Mark mark = held;
    Update.Mark offered = update.mark();
    if (mark != null && !mark.epoch().equals(offered.epoch())) {
      boolean silent = nanos.getAsLong() - heardNanos > WINDOW.toNanos();
      if (way != Way.MANAGER && leftLately(offered.epoch())) {
        throw new Refused(Refused.Check.EPOCH, "of an epoch that was left");
      }
      return way != Way.PUSHED || silent ? take(offered) : Outcome.ASK;
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

  /** An update of it may still be fresh, and be sent again by whoever heard it. */
  private boolean leftLately(String epoch) {
    left.values().removeIf(since -> nanos.getAsLong() - since > 2 * WINDOW.toNanos());
    return left.containsKey(epoch);
  }

  private Outcome take(Update.Mark mark) {
    if (held != null && !held.epoch().equals(mark.epoch())) {
      left.put(held.epoch(), nanos.getAsLong());
    }
    held = mark;
    heardNanos = nanos.getAsLong();
    return Outcome.APPLY;
  }
}
