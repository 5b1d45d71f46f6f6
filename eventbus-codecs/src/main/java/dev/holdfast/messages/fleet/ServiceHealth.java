package dev.holdfast.messages.fleet;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * How a service says it is.
 *
 * @param report what it said last
 * @param receivedAt when that came, by the manager's clock; what a broker had kept came when the
 *     manager connected
 */
public record ServiceHealth(ServiceHealthReported report, Instant receivedAt) {
  public ServiceHealth {
    requireNonNull(report, "report");
    requireNonNull(receivedAt, "receivedAt");
  }
}
