package dev.holdfast.crypto;

import dev.holdfast.messages.crypto.HmacVerified;
import dev.holdfast.messages.crypto.Keys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** The keys, read once, and what may be done with them. Safe for use by several threads. */
final class KeyRing {
  static final int KEY_BYTES = 32;

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final UUID ZERO = new UUID(0, 0);

  private final Ed25519PrivateKeyParameters signatureKey;
  private final String hmacKeyId;
  private final byte[] hmacKey;
  private final Keys described;

  private KeyRing(
      Ed25519PrivateKeyParameters signatureKey,
      List<Keys.PublicKey> publicKeys,
      Secret master,
      Secret hmac) {
    this.signatureKey = signatureKey;
    this.hmacKeyId = hmac.id;
    this.hmacKey = hmac.key;
    this.described =
        new Keys(
            publicKeys,
            Map.of(master.id, checkValue(master), hmac.id, checkValue(hmac)),
            master.id,
            null,
            hmac.id,
            null);
  }

  static KeyRing of(CryptoVerticle.Options options) {
    return read(
        options.signaturePrivateKeyPem(),
        options.signaturePublicKeysPem(),
        options.masterKeyBase64(),
        options.masterKeyId(),
        options.hmacKeyBase64(),
        options.hmacKeyId());
  }

  /**
   * Checks the six texts of {@link CryptoVerticle.Options}.
   *
   * @throws IllegalArgumentException that names the variable and the legal form, never the value
   */
  static void check(
      String privateKey,
      String publicKeys,
      String masterKey,
      String masterKeyId,
      String hmacKey,
      String hmacKeyId) {
    read(privateKey, publicKeys, masterKey, masterKeyId, hmacKey, hmacKeyId);
  }

  private static KeyRing read(
      String privateKey,
      String publicKeys,
      String masterKey,
      String masterKeyId,
      String hmacKey,
      String hmacKeyId) {
    Ed25519PrivateKeyParameters signatureKey = privateKey(privateKey);
    List<Keys.PublicKey> described = publicKeys(publicKeys, signatureKey.generatePublicKey());
    Secret master =
        new Secret(
            uuid("CONFIG_MASTER_KEY_ID", masterKeyId),
            bytes("CONFIG_MASTER_KEY_BASE64", masterKey));
    Secret hmac =
        new Secret(uuid("LKG_HMAC_KEY_ID", hmacKeyId), bytes("LKG_HMAC_KEY_BASE64", hmacKey));
    if (master.id.equals(hmac.id)) {
      throw new IllegalArgumentException(
          "LKG_HMAC_KEY_ID: the same as CONFIG_MASTER_KEY_ID (expected: a UUID of its own)");
    }
    return new KeyRing(signatureKey, described, master, hmac);
  }

  /** Lower-case hex of the HMAC-SHA256 of a text in UTF-8. */
  String hmac(String text) {
    return HexFormat.of().formatHex(mac(hmacKey, text));
  }

  /** Whether {@code hex} is, digit for digit, {@link #hmac} of the text; in constant time. */
  HmacVerified verify(String text, String hex) {
    boolean valid =
        MessageDigest.isEqual(
            hmac(text).getBytes(StandardCharsets.UTF_8), hex.getBytes(StandardCharsets.UTF_8));
    return new HmacVerified(valid, valid ? hmacKeyId : null);
  }

  String hmacKeyId() {
    return hmacKeyId;
  }

  /** Standard base64 of the Ed25519 signature over a text in UTF-8. */
  String sign(String text) {
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, signatureKey);
    signer.update(message, 0, message.length);
    return Base64.getEncoder().encodeToString(signer.generateSignature());
  }

  /** What may be known of the keys. */
  Keys described() {
    return described;
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

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private static String checkValue(Secret secret) {
    return HexFormat.of().formatHex(mac(secret.key, "holdfast-key-check|" + secret.id), 0, 16);
  }

  private static Ed25519PrivateKeyParameters privateKey(String pem) {
    try {
      List<byte[]> blocks = Pem.read(pem, Pem.PRIVATE_KEY);
      if (blocks.size() == 1) {
        return Ed25519Der.readPrivate(blocks.get(0));
      }
    } catch (RuntimeException e) {
      // Left out as a cause: a parser's message may quote what it read.
      throw noPrivateKey();
    }
    throw noPrivateKey();
  }

  private static IllegalArgumentException noPrivateKey() {
    return new IllegalArgumentException(
        "CONFIG_SIGNATURE_PRIVATE_KEY: expected an Ed25519 private key, PKCS#8 PEM");
  }

  private static List<Keys.PublicKey> publicKeys(String pem, Ed25519PublicKeyParameters signing) {
    List<byte[]> ders = new ArrayList<>();
    try {
      for (byte[] der : Pem.read(pem, Pem.PUBLIC_KEY)) {
        ders.add(Ed25519Der.write(Ed25519Der.readPublic(der)));
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "CONFIG_SIGNATURE_PUBLIC_KEY: expected one or more Ed25519 public keys,"
              + " SubjectPublicKeyInfo PEM");
    }
    byte[] own = Ed25519Der.write(signing);
    if (ders.stream().noneMatch(der -> Arrays.equals(der, own))) {
      throw new IllegalArgumentException(
          "CONFIG_SIGNATURE_PUBLIC_KEY does not belong to CONFIG_SIGNATURE_PRIVATE_KEY");
    }
    ders.add(0, own);
    return ders.stream().map(der -> publicKey(der, Arrays.equals(der, own))).distinct().toList();
  }

  private static Keys.PublicKey publicKey(byte[] der, boolean signing) {
    return new Keys.PublicKey(
        sha256(der).substring(0, 16), Pem.write(Pem.PUBLIC_KEY, der), signing, null);
  }

  private static byte[] bytes(String variable, String base64) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(base64.strip());
    } catch (IllegalArgumentException e) {
      key = new byte[0];
    }
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(variable + ": expected 32 bytes in base64");
    }
    return key;
  }

  private static String uuid(String variable, String text) {
    String id = text.strip().toLowerCase(Locale.ROOT);
    if (!UUID_FORM.matcher(id).matches() || UUID.fromString(id).equals(ZERO)) {
      throw new IllegalArgumentException(variable + ": expected a UUID that is not all zero");
    }
    return id;
  }

  /** A symmetric key under its id. */
  private static final class Secret {
    private final String id;
    private final byte[] key;

    Secret(String id, byte[] key) {
      this.id = id;
      this.key = key;
    }
  }
}
