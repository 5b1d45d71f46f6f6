package dev.holdfast.messages.crypto;

import static java.util.Objects.requireNonNull;

/**
 * Asks for the HMAC-SHA256 of a text in UTF-8.
 *
 * @param text what to authenticate
 */
public record ComputeHmac(String text) implements CryptoMessage {
  public ComputeHmac {
    requireNonNull(text, "text");
  }

  /** Without the text: it may be a secret one. */
  @Override
  public String toString() {
    return "ComputeHmac[" + text.length() + " characters]";
  }
}
