package dev.holdfast.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** 32 secret bytes under an id. Safe for use by several threads. */
final class SymmetricKey {
  static final int BYTES = 32;

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final UUID ZERO = new UUID(0, 0);

  private final String id;
  private final byte[] bytes;

  /** Takes the array as its own. */
  SymmetricKey(String id, byte[] bytes) {
    this.id = id;
    this.bytes = bytes;
  }

  /**
   * Reads the two texts of {@code <variable>_BASE64} and {@code <variable>_ID}.
   *
   * @throws IllegalArgumentException that names the variable and the legal form, never the value
   */
  static SymmetricKey read(String variable, String base64, String id) {
    return new SymmetricKey(
        readId(variable + "_ID", id), readBytes(variable + "_BASE64", base64.strip()));
  }

  /** A UUID in lower case. */
  String id() {
    return id;
  }

  boolean sameBytes(SymmetricKey other) {
    return MessageDigest.isEqual(bytes, other.bytes);
  }

  /** The key as AES-256 takes it. */
  SecretKey aes() {
    return new SecretKeySpec(bytes, "AES");
  }

  /** The HMAC-SHA256 of a text in UTF-8. */
  byte[] hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** {@link #hmac} in lower-case hex. */
  String hmacHex(String text) {
    return HexFormat.of().formatHex(hmac(text));
  }

  /** Another key under the same id, for one purpose; tells nothing about this one. */
  SymmetricKey derive(String purpose) {
    return new SymmetricKey(id, hmac(purpose));
  }

  /** Tells whether an id still stands for the same bytes, and nothing else. */
  String checkValue() {
    return hmacHex("holdfast-key-check|" + id).substring(0, 32);
  }

  @Override
  public String toString() {
    return "SymmetricKey[" + id + ", ********]";
  }

  private static byte[] readBytes(String variable, String base64) {
    try {
      byte[] bytes = Base64Text.read(base64);
      if (bytes.length == BYTES) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Left out as a cause: the decoder's message quotes a character.
      throw malformed(variable);
    }
    throw malformed(variable);
  }

  private static IllegalArgumentException malformed(String variable) {
    return new IllegalArgumentException(
        variable + ": expected 32 bytes in base64 (44 characters, the last of them =)");
  }

  private static String readId(String variable, String text) {
    String id = text.strip().toLowerCase(Locale.ROOT);
    if (!UUID_FORM.matcher(id).matches() || UUID.fromString(id).equals(ZERO)) {
      throw new IllegalArgumentException(variable + ": expected a UUID that is not all zero");
    }
    return id;
  }
}
