package dev.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotateOtherKeysTest {
  @TempDir Path folder;
  private CommandRun commands;

  @BeforeEach
  void start() {
    commands = new CommandRun(folder);
  }

  @Test
  void hmac_roundTrip_keepsThenDropsTheOldKey() throws Exception {
    Map<String, String> before = commands.values();
    assertThat(commands.run("rotate", "hmac")).isZero();
    assertThat(commands.values())
        .containsEntry("LKG_HMAC_KEY_OLD_BASE64", before.get("LKG_HMAC_KEY_BASE64"))
        .containsEntry("LKG_HMAC_KEY_OLD_ID", before.get("LKG_HMAC_KEY_ID"))
        .containsEntry("CONFIG_MASTER_KEY_ID", before.get("CONFIG_MASTER_KEY_ID"));
    assertThat(commands.run("rotate", "hmac")).isEqualTo(1);

    commands.writeCache(before.get("LKG_HMAC_KEY_ID"), "m");
    commands.writeEpochFile("2026-03-01T11:00:01+00:00");
    assertThat(commands.run("rotate", "hmac", "--drop-old")).isEqualTo(1);
    assertThat(commands.err()).contains("cache is not written with the new key");

    commands.writeCache(commands.values().get("LKG_HMAC_KEY_ID"), "m");
    commands.writeEpochFile("2026-03-01T10:59:59+00:00");
    assertThat(commands.run("rotate", "hmac", "--drop-old")).isEqualTo(1);
    assertThat(commands.err()).contains("epoch file is older");

    commands.writeEpochFile("2026-03-01T11:00:01+00:00");
    assertThat(commands.run("rotate", "hmac", "--drop-old")).isZero();
    assertThat(Files.readString(commands.envFile)).doesNotContain("_OLD_");
  }

  @Test
  void signature_newKey_isFirstAndEndorsedByTheOldOne() throws Exception {
    Map<String, String> before = commands.values();
    assertThat(commands.run("rotate", "signature")).isZero();
    Map<String, String> after = commands.values();
    String oldPublic = before.get("CONFIG_SIGNATURE_PUBLIC_KEY");
    String both = after.get("CONFIG_SIGNATURE_PUBLIC_KEY");
    assertThat(both).endsWith(oldPublic).hasSize(2 * oldPublic.length());
    assertThat(Bootstrap.crypto(after).signaturePublicKeysPem()).isEqualTo(both);
    assertThat(Files.readString(commands.envFile))
        .doesNotContain(before.get("CONFIG_SIGNATURE_PRIVATE_KEY").lines().toList().get(1));

    assertThat(after.get("CONFIG_SIGNATURE_ENDORSEMENT"))
        .isEqualTo(Bootstrap.crypto(after).signatureEndorsement())
        .matches("[0-9a-f]{16}\\|[^|]+\\|[^|]+");
  }

  @Test
  void signature_twice_keepsAllPublicKeysUntilDropped() {
    commands.run("rotate", "signature");
    commands.run("rotate", "signature");
    String all = commands.values().get("CONFIG_SIGNATURE_PUBLIC_KEY");
    assertThat(all.split("BEGIN", -1)).hasSize(4);

    commands.now = Instant.now();
    assertThat(commands.run("rotate", "signature", "--drop-old")).isEqualTo(1);
    assertThat(commands.err()).contains("the grace time is over at");
    commands.now = commands.now.plus(Duration.ofMinutes(61));
    assertThat(commands.run("rotate", "signature", "--drop-old")).isZero();
    assertThat(all).startsWith(commands.values().get("CONFIG_SIGNATURE_PUBLIC_KEY"));
    assertThat(commands.values().get("CONFIG_SIGNATURE_PUBLIC_KEY").split("BEGIN", -1)).hasSize(2);
    assertThat(commands.values()).doesNotContainKey("CONFIG_SIGNATURE_ENDORSEMENT");
    assertThat(commands.run("rotate", "signature", "--drop-old")).isEqualTo(1);
  }

  @Test
  void signature_publicKeyFromTheEnvironment_isRefused() {
    commands.environment.put(
        "CONFIG_SIGNATURE_PUBLIC_KEY", commands.values().get("CONFIG_SIGNATURE_PUBLIC_KEY"));
    assertThat(commands.run("rotate", "signature")).isEqualTo(78);
    assertThat(commands.err()).contains("CONFIG_SIGNATURE_PUBLIC_KEY");
  }

  @Test
  void signature_keysThatAreNoPair_areRefused() {
    Map<String, String> others = FirstRun.generate(Map.of(), List.of());
    commands.environment.put(
        "CONFIG_SIGNATURE_PUBLIC_KEY", others.get("CONFIG_SIGNATURE_PUBLIC_KEY"));
    assertThat(commands.run("rotate", "signature")).isEqualTo(78);
    assertThat(commands.err()).contains("CONFIG_SIGNATURE_PUBLIC_KEY");
  }
}
