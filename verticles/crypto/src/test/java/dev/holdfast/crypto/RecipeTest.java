package dev.holdfast.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.crypto.CryptoVerticle.GeneratedKeys;
import dev.holdfast.crypto.CryptoVerticle.RotatedSecret;
import dev.holdfast.messages.crypto.SealSecrets;
import dev.holdfast.messages.crypto.SealSecrets.Plain;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe in {@code docs/keys.md} that opens a secret with the key from {@code .env} alone. */
class RecipeTest {
  private static final Pattern FIRST_BLOCK = Pattern.compile("(?s)```python\n(.*?)```");
  private static final String VALUE = "Grüß Gott, sk-1234";
  private static final String MAKE_TABLE =
      """
      import sqlite3, sys
      db = sqlite3.connect(sys.argv[1])
      db.execute("PRAGMA journal_mode=WAL")
      db.execute("CREATE TABLE encrypted_secrets (id INTEGER PRIMARY KEY, service TEXT NOT NULL,"
                 " key TEXT NOT NULL, encrypted_value TEXT NOT NULL, key_id TEXT NOT NULL)")
      rows = [sys.argv[i : i + 4] for i in range(2, len(sys.argv), 4)]
      db.executemany("INSERT INTO encrypted_secrets (service, key, encrypted_value, key_id)"
                     " VALUES (?, ?, ?, ?)", rows)
      db.commit()
      """;

  private final GeneratedKeys old = CryptoVerticle.generate();
  private final RotatedSecret present = CryptoVerticle.newSecretKey();
  @TempDir private Path folder;
  private String python;

  @BeforeEach
  void writeTheFiles() throws Exception {
    python = python();
    Matcher block = FIRST_BLOCK.matcher(Files.readString(Path.of("../../docs/keys.md")));
    assertThat(block.find()).isTrue();
    Files.writeString(folder.resolve("open_secret.py"), block.group(1));
    Files.writeString(
        folder.resolve(".env"),
        """
        # CONFIG_MASTER_KEY_BASE64=of-a-comment
        CONFIG_SIGNATURE_PRIVATE_KEY="-----BEGIN PRIVATE KEY-----\\nAAAA\\n"
        CONFIG_MASTER_KEY_BASE64='%s'
        CONFIG_MASTER_KEY_ID=%s\r
        CONFIG_MASTER_KEY_OLD_BASE64="%s"
        CONFIG_MASTER_KEY_OLD_ID=%s
        """
            .formatted(
                present.base64(),
                present.id().toUpperCase(Locale.ROOT),
                old.masterKeyBase64(),
                old.masterKeyId()));
    Sealed before = seal(KeyRing.of(CryptoFixture.options(old)), "before");
    Sealed now =
        seal(KeyRing.of(CryptoFixture.rotated(old, present, CryptoVerticle.newSecretKey())), "now");
    List<String> table = new ArrayList<>(List.of("-c", MAKE_TABLE, "config.db"));
    table.addAll(List.of("tts-worker", "before", before.value(), before.keyId()));
    table.addAll(List.of("tts-worker", "now", now.value(), now.keyId()));
    table.addAll(List.of("tts-worker", "moved", now.value(), now.keyId()));
    assertThat(run(python, table)).isEqualTo(new Ended(0, ""));
  }

  @Test
  void recipe_presentAndOldKey_printsTheSecret() throws Exception {
    assertThat(recipe("now")).isEqualTo(new Ended(0, VALUE + "\n"));
    assertThat(recipe("before")).isEqualTo(new Ended(0, VALUE + "\n"));
  }

  @Test
  void recipe_movedOrMissingRow_fails() throws Exception {
    assertThat(recipe("moved")).matches(it -> it.code() != 0 && it.output().contains("InvalidTag"));
    assertThat(recipe("none")).isEqualTo(new Ended(1, "tts-worker/none: no such secret\n"));
  }

  private Ended recipe(String key) throws Exception {
    return run(python, List.of("open_secret.py", ".env", "config.db", "tts-worker", key));
  }

  private static Sealed seal(KeyRing keys, String key) {
    Plain plain = new Plain("tts-worker", key, SecretValue.of(VALUE));
    return keys.sealer(new SecureRandom()).seal(new SealSecrets(List.of(plain))).sealed().get(0);
  }

  /** The first Python that has what the recipe needs. */
  private String python() throws Exception {
    for (String candidate : List.of("python3", "/usr/bin/python3")) {
      if (run(candidate, List.of("-c", "import sqlite3, cryptography")).code() == 0) {
        return candidate;
      }
    }
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError("python3-cryptography is missing, and this build must have it");
    }
    assumeTrue(false, "skipped: python3-cryptography missing");
    return "";
  }

  private Ended run(String program, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("PYTHONUTF8", "1");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Ended(-1, "not started");
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  /** How a program ended, and what it printed. */
  private record Ended(int code, String output) {}
}
