package dev.holdfast.messages.crypto;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What may be known of the keys.
 *
 * @param signatureKeys the public keys that verifiers should accept, the one that signs first
 * @param checks the key-check value of each secret key by its id: a one-way value that tells
 *     whether the same id still stands for the same bytes
 * @param masterKeyId the id of the key that secrets are sealed with
 * @param oldMasterKeyId the id of the master key being rotated out, or null
 * @param hmacKeyId the id of the key that files are authenticated with
 * @param oldHmacKeyId the id of the HMAC key being rotated out, or null
 */
public record Keys(
    List<PublicKey> signatureKeys,
    Map<String, String> checks,
    String masterKeyId,
    @Nullable String oldMasterKeyId,
    String hmacKeyId,
    @Nullable String oldHmacKeyId)
    implements CryptoMessage {
  public Keys {
    signatureKeys = List.copyOf(signatureKeys);
    checks = Map.copyOf(checks);
    requireNonNull(masterKeyId, "masterKeyId");
    requireNonNull(hmacKeyId, "hmacKeyId");
  }

  /**
   * A public signature key.
   *
   * @param id the first 16 hex digits of the SHA-256 of its SubjectPublicKeyInfo (DER)
   * @param pem SubjectPublicKeyInfo, PEM (RFC 7468)
   * @param signing whether new signatures are made with it
   * @param endorsement the statement of an older key that this one follows it, or null
   */
  public record PublicKey(
      String id, String pem, boolean signing, @Nullable Endorsement endorsement) {
    public PublicKey {
      requireNonNull(id, "id");
      requireNonNull(pem, "pem");
    }
  }

  /**
   * The statement of one signature key that another follows it.
   *
   * @param by the id of the key that says so
   * @param since when it was said, RFC 3339
   * @param signature base64 of Ed25519 over the UTF-8 bytes of {@code
   *     holdfast-endorsement|by|id|since}, in which {@code id} is that of the new key
   */
  public record Endorsement(String by, String since, String signature) {
    public Endorsement {
      requireNonNull(by, "by");
      requireNonNull(since, "since");
      requireNonNull(signature, "signature");
    }
  }
}
