package dev.holdfast.fleet;

import dev.holdfast.messages.fleet.InstanceReported;
import java.time.Instant;
import java.util.Comparator;

/**
 * The newest report of one instance.
 *
 * @param report what it said
 * @param receivedAt when that came
 * @param heardNanos when it was last alive, as {@link System#nanoTime} counts; for a report that a
 *     broker had kept, when it says it was made
 */
record Held(InstanceReported report, Instant receivedAt, long heardNanos) {
  /** The longest silent first. */
  static final Comparator<Held> BY_SILENCE =
      Comparator.comparingLong(Held::heardNanos)
          .thenComparing(Held::service)
          .thenComparing(Held::instance);

  String service() {
    return report.service();
  }

  String instance() {
    return report.instance();
  }
}
