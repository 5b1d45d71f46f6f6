package dev.holdfast.crypto;

import dev.holdfast.crypto.CryptoVerticle.Options;
import dev.holdfast.messages.crypto.HmacComputed;
import dev.holdfast.messages.crypto.HmacVerified;
import dev.holdfast.messages.crypto.Keys;
import dev.holdfast.messages.crypto.VerifyHmac;
import dev.holdfast.model.AuditMac;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys, read once, and what may be done with them. Safe for use by several threads. */
final class KeyRing {
  private final SignatureKeys signature;
  private final SecretKeys master;
  private final SecretKeys hmac;

  private KeyRing(SignatureKeys signature, SecretKeys master, SecretKeys hmac) {
    this.signature = signature;
    this.master = master;
    this.hmac = hmac;
  }

  /**
   * Takes the keys when no two of the secret ones have the same id.
   *
   * @throws IllegalArgumentException that names the variable
   */
  static KeyRing of(SignatureKeys signature, SecretKeys master, SecretKeys hmac) {
    Map<String, String> variables = new HashMap<>();
    claim(variables, master.present(), "CONFIG_MASTER_KEY_ID");
    claim(variables, hmac.present(), "LKG_HMAC_KEY_ID");
    claim(variables, master.old(), "CONFIG_MASTER_KEY_OLD_ID");
    claim(variables, hmac.old(), "LKG_HMAC_KEY_OLD_ID");
    return new KeyRing(signature, master, hmac);
  }

  static KeyRing of(Options options) {
    return of(
        SignatureKeys.read(
            options.signaturePrivateKeyPem(),
            options.signaturePublicKeysPem(),
            options.signatureEndorsement()),
        SecretKeys.master(
            options.masterKeyBase64(),
            options.masterKeyId(),
            options.oldMasterKeyBase64(),
            options.oldMasterKeyId()),
        SecretKeys.hmac(
            options.hmacKeyBase64(),
            options.hmacKeyId(),
            options.oldHmacKeyBase64(),
            options.oldHmacKeyId()));
  }

  /** Seals and opens with the master keys. */
  Sealer sealer(SecureRandom random) {
    return Sealer.of(master, random);
  }

  /** The HMAC-SHA256 of a text in UTF-8, under the present key. */
  HmacComputed hmac(String text) {
    return new HmacComputed(hmac.present().hmacHex(text), hmac.present().id());
  }

  /** Compares digit for digit, in constant time. */
  HmacVerified verify(VerifyHmac asked) {
    byte[] claimed = asked.hex().getBytes(StandardCharsets.UTF_8);
    return hmac.stream()
        .filter(
            key ->
                MessageDigest.isEqual(
                    key.hmacHex(asked.text()).getBytes(StandardCharsets.UTF_8), claimed))
        .findFirst()
        .map(key -> new HmacVerified(true, key.id()))
        .orElse(new HmacVerified(false, null));
  }

  AuditMac auditMac() {
    return new AuditKeys(hmac);
  }

  /** Standard base64 of the Ed25519 signature over a text in UTF-8. */
  String sign(String text) {
    return signature.sign(text);
  }

  /** What may be known of the keys. */
  Keys described() {
    return new Keys(
        signature.publicKeys(),
        Stream.concat(master.stream(), hmac.stream())
            .collect(Collectors.toMap(SymmetricKey::id, SymmetricKey::checkValue)),
        master.present().id(),
        master.oldId(),
        hmac.present().id(),
        hmac.oldId());
  }

  @Override
  public String toString() {
    return "KeyRing[********]";
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void claim(
      Map<String, String> variables, @Nullable SymmetricKey key, String variable) {
    String earlier = key == null ? null : variables.putIfAbsent(key.id(), variable);
    if (earlier != null) {
      throw new IllegalArgumentException(
          variable + ": the same as " + earlier + " (expected: a UUID of its own)");
    }
  }
}
