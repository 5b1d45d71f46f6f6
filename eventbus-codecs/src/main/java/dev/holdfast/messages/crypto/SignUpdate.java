package dev.holdfast.messages.crypto;

import static java.util.Objects.requireNonNull;

/**
 * Asks for the signed update of a service's newest state. An equal one made no longer than {@code
 * maxAgeMillis} ago may be given again.
 *
 * @param service its name
 * @param version its version
 * @param epoch the database's epoch
 * @param config the effective settings without secrets, canonical
 * @param maxAgeMillis 0 for a fresh one
 */
public record SignUpdate(
    String service, long version, String epoch, String config, long maxAgeMillis)
    implements CryptoMessage {
  public SignUpdate {
    requireNonNull(service, "service");
    requireNonNull(epoch, "epoch");
    requireNonNull(config, "config");
  }
}
