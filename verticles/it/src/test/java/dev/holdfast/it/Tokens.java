package dev.holdfast.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tokens with names, as an operator would write them into {@code .env} before the first start. */
final class Tokens {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, String> byName = new LinkedHashMap<>();

  private Tokens() {}

  /**
   * Writes a reader {@code rita}, a writer {@code adam} and these entries, each without its token,
   * such as {@code config.secrets:vault@tts-worker}.
   */
  static Tokens write(Path folder, String... more) throws IOException {
    Tokens tokens = new Tokens();
    List<String> entries = new ArrayList<>(List.of("config.read:rita", "config.write:adam"));
    entries.addAll(List.of(more));
    List<String> lines = new ArrayList<>();
    for (String entry : entries) {
      String token = random();
      tokens.byName.put(entry.replaceAll("^[^:]*:|@.*$", ""), token);
      lines.add(token + ":" + entry);
    }
    Files.writeString(
        folder.resolve(".env"),
        "CONFIG_API_TOKENS=" + String.join(",", lines) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return tokens;
  }

  /** The token of that name. */
  String of(String name) {
    String token = byName.get(name);
    if (token == null) {
      throw new AssertionError("no token named " + name);
    }
    return token;
  }

  /** A text of 192 random bits. */
  static String random() {
    byte[] bytes = new byte[24];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
