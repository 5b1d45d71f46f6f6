package dev.holdfast.messages.crypto;

import static java.util.Objects.requireNonNull;

/**
 * Asks for the signed tombstone of a service.
 *
 * @param service its name
 * @param version the version of the deletion
 * @param epoch the database's epoch
 */
public record SignDeletion(String service, long version, String epoch) implements CryptoMessage {
  public SignDeletion {
    requireNonNull(service, "service");
    requireNonNull(epoch, "epoch");
  }
}
