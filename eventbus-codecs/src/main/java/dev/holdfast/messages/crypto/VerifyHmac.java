package dev.holdfast.messages.crypto;

import static java.util.Objects.requireNonNull;

/**
 * Asks whether this is the HMAC-SHA256 of a text in UTF-8; compared in constant time.
 *
 * @param text what was authenticated
 * @param hex the claimed HMAC
 */
public record VerifyHmac(String text, String hex) implements CryptoMessage {
  public VerifyHmac {
    requireNonNull(text, "text");
    requireNonNull(hex, "hex");
  }
}
