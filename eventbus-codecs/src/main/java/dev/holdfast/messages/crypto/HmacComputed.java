package dev.holdfast.messages.crypto;

import static java.util.Objects.requireNonNull;

/**
 * An HMAC-SHA256.
 *
 * @param hex 64 lower-case hex digits
 * @param keyId the id of the key it was made with
 */
public record HmacComputed(String hex, String keyId) implements CryptoMessage {
  public HmacComputed {
    requireNonNull(hex, "hex");
    requireNonNull(keyId, "keyId");
  }
}
