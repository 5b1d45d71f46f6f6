package dev.holdfast.messages.fleet;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one instance.
 *
 * @param report what it said last
 * @param receivedAt when that came, by the manager's clock
 * @param behindBy how many versions are newer than the one it reports; null where that cannot be
 *     said: another epoch, a version that was never given, a service that is not known
 * @param silentSeconds for how long it has not been heard; 0 or above
 */
public record FleetEntry(
    InstanceReported report, Instant receivedAt, @Nullable Long behindBy, long silentSeconds) {
  public FleetEntry {
    requireNonNull(report, "report");
    requireNonNull(receivedAt, "receivedAt");
  }
}
