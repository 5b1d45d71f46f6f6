package dev.holdfast.messages.crypto;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * What may be known of the keys.
 *
 * @param signatureKeys the public keys that verifiers should accept, the one that signs first
 * @param checks the key-check value of each secret key by its id: a one-way value that tells
 *     whether the same id still stands for the same bytes
 */
public record Keys(List<PublicKey> signatureKeys, Map<String, String> checks)
    implements CryptoMessage {
  public Keys {
    signatureKeys = List.copyOf(signatureKeys);
    checks = Map.copyOf(checks);
  }

  /**
   * A public signature key.
   *
   * @param id the first 16 hex digits of the SHA-256 of its SubjectPublicKeyInfo (DER)
   * @param pem SubjectPublicKeyInfo, PEM (RFC 7468)
   * @param signing whether new signatures are made with it
   */
  public record PublicKey(String id, String pem, boolean signing) {
    public PublicKey {
      requireNonNull(id, "id");
      requireNonNull(pem, "pem");
    }
  }
}
