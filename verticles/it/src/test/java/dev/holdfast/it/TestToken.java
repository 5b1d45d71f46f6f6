package dev.holdfast.it;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Tokens that look strong and are the same in every run. */
final class TestToken {
  private TestToken() {}

  /** 256 bits in hex, made of a word. */
  static String of(String word) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(("holdfast test " + word).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * An entry of {@code CONFIG_API_TOKENS}; {@code rest} is what follows the token and its colon.
   */
  static String entry(String word, String rest) {
    return of(word) + ":" + rest;
  }

  /** The header that carries one. */
  static Map<String, String> header(String word) {
    return Map.of("X-API-Token", of(word));
  }
}
