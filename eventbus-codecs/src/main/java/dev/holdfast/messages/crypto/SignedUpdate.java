package dev.holdfast.messages.crypto;

import static java.util.Objects.requireNonNull;

/**
 * A signed update, as subscribers receive it. Public: it has a wire form.
 *
 * @param service its name
 * @param version its version
 * @param epoch the database's epoch
 * @param payload the JSON object {@code {service, config, version, config_epoch, checksum,
 *     issued_at, signature}}
 */
public record SignedUpdate(String service, long version, String epoch, String payload)
    implements CryptoMessage {
  public SignedUpdate {
    requireNonNull(service, "service");
    requireNonNull(epoch, "epoch");
    requireNonNull(payload, "payload");
  }
}
