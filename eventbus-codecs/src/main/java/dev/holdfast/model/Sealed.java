package dev.holdfast.model;

import static java.util.Objects.requireNonNull;

/**
 * A secret that only the crypto room can open, bound to its service, its key and its key id.
 *
 * @param value base64 of 12 bytes of nonce, ciphertext, 16 bytes of tag (AES-256-GCM)
 * @param keyId the id of the key it is sealed with
 */
public record Sealed(String value, String keyId) {
  public Sealed {
    requireNonNull(value, "value");
    requireNonNull(keyId, "keyId");
  }

  @Override
  public String toString() {
    return "Sealed[" + keyId + "]";
  }
}
