package dev.holdfast.client;

import dev.holdfast.model.Values;
import java.time.Instant;

/**
 * One signed update whose form, checksum and signature hold.
 *
 * @param mark what of it is kept to know the next ones by
 * @param issuedAt when the manager signed it
 * @param values the settings
 * @param payload the text as it was received
 */
record Update(String service, Mark mark, Instant issuedAt, Values values, String payload) {
  /**
   * How far a service has come.
   *
   * @param epoch the life of the manager's database
   * @param version the service's version, 1 or above
   * @param checksum SHA-256 of the settings, lower-case hex
   */
  record Mark(String epoch, long version, String checksum) {}
}
