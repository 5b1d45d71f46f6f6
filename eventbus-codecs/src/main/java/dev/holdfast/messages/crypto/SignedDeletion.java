package dev.holdfast.messages.crypto;

import static java.util.Objects.requireNonNull;

/**
 * A signed tombstone.
 *
 * @param service its name
 * @param version the version of the deletion
 * @param payload the JSON object {@code {service, version, config_epoch, issued_at, signature}},
 *     signed over {@code deleted|service|version|config_epoch|issued_at}
 */
public record SignedDeletion(String service, long version, String payload)
    implements CryptoMessage {
  public SignedDeletion {
    requireNonNull(service, "service");
    requireNonNull(payload, "payload");
  }
}
