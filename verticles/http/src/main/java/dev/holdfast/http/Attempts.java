package dev.holdfast.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts failures by the address they come from, and locks an address that has too many. After a
 * lock the next failure locks again, for twice as long, until the address has been good for a
 * while. Bounded: with too many addresses the one not heard of for longest is forgotten. Safe for
 * use by several threads.
 */
final class Attempts {
  private final LongSupplier millis;
  private final Limits limits;
  private final Map<String, Tally> tallies =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tally> eldest) {
          return size() > limits.addresses();
        }
      };

  /**
   * The bounds.
   *
   * @param failures so many within the window lock; 1 or above
   * @param windowMillis the window, from its first failure
   * @param lockMillis the first lock; each further one is twice as long
   * @param maxLockMillis the longest lock; after twice as long without a failure all is forgotten
   * @param addresses how many addresses are remembered
   */
  record Limits(
      int failures, long windowMillis, long lockMillis, long maxLockMillis, int addresses) {
    /** What is used outside tests. */
    static final Limits DEFAULTS = new Limits(10, 60_000, 10_000, 300_000, 10_000);
  }

  /** What a failure led to. */
  enum Outcome {
    /** One of the first. */
    COUNTED,
    /** The one that was too many: from now on the address is locked. */
    LOCKS,
    /** The address was locked already. */
    LOCKED
  }

  private static final class Tally {
    private int failures;
    private long since;
    private int locks;
    private long until;
  }

  /** {@code millis} tells a time that never goes back. */
  Attempts(LongSupplier millis, Limits limits) {
    this.millis = millis;
    this.limits = limits;
  }

  /** How long that address stays locked, in milliseconds; 0 where it is not. */
  synchronized long lockedMillis(String address) {
    Tally tally = tallies.get(address);
    return tally == null || tally.locks == 0 ? 0 : Math.max(0, tally.until - millis.getAsLong());
  }

  /** Counts a failure. */
  synchronized Outcome failed(String address) {
    long now = millis.getAsLong();
    Tally tally = tallies.computeIfAbsent(address, made -> new Tally());
    if (tally.locks > 0 && tally.until > now) {
      return Outcome.LOCKED;
    }
    if (tally.locks > 0 && now - tally.until >= 2 * limits.maxLockMillis()) {
      tally.locks = 0;
    }
    if (tally.failures == 0 || now - tally.since >= limits.windowMillis()) {
      tally.failures = 0;
      tally.since = now;
    }
    tally.failures++;
    if (tally.locks == 0 && tally.failures < limits.failures()) {
      return Outcome.COUNTED;
    }
    tally.until = now + lockMillis(tally.locks);
    tally.locks++;
    tally.failures = 0;
    return Outcome.LOCKS;
  }

  private long lockMillis(int locks) {
    return Math.min(limits.maxLockMillis(), limits.lockMillis() << Math.min(locks, 16));
  }
}
