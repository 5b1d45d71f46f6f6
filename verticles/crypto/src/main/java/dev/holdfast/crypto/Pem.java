package dev.holdfast.crypto;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blocks of PEM (RFC 7468), read strictly: nothing but white space between them. */
final class Pem {
  static final String PRIVATE_KEY = "PRIVATE KEY";
  static final String PUBLIC_KEY = "PUBLIC KEY";

  private static final Pattern BLOCK =
      Pattern.compile("\\s*+-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----\\s*+");

  private Pem() {}

  /**
   * The content (DER) of every block.
   *
   * @throws IllegalArgumentException when there is none, one of another label, or anything else
   */
  static List<byte[]> read(String text, String label) {
    List<byte[]> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    int end = 0;
    while (matcher.find(end) && matcher.start() == end) {
      if (!matcher.group(1).equals(label)) {
        throw new IllegalArgumentException("a block of another label");
      }
      blocks.add(Base64.getDecoder().decode(matcher.group(2).replaceAll("\\s", "")));
      end = matcher.end();
    }
    if (blocks.isEmpty() || end != text.length()) {
      throw new IllegalArgumentException("not PEM");
    }
    return blocks;
  }

  /** One block, lines of 64 characters, a newline at the end. */
  static String write(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, lines.encodeToString(der), label);
  }
}
