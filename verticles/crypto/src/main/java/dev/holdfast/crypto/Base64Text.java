package dev.holdfast.crypto;

import java.util.Base64;

/**
 * Standard base64 (RFC 4648, section 4) in its one canonical spelling: padded, spare bits zero,
 * nothing else in it. Otherwise some changed texts would still stand for the same bytes.
 */
final class Base64Text {
  private Base64Text() {}

  static String write(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * @throws IllegalArgumentException when it is not canonical base64
   */
  static byte[] read(String text) {
    byte[] bytes = Base64.getDecoder().decode(text);
    if (!write(bytes).equals(text)) {
      throw new IllegalArgumentException("not canonical base64");
    }
    return bytes;
  }
}
