package dev.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotateMasterTest {
  @TempDir Path folder;
  private CommandRun commands;

  @BeforeEach
  void start() {
    commands = new CommandRun(folder);
  }

  @Test
  void rotate_master_keepsTheOldKeyAndEveryOtherLine() throws Exception {
    Files.writeString(
        commands.envFile, "# mine\n" + Files.readString(commands.envFile) + "X='1'\n");
    Map<String, String> before = commands.values();
    assertThat(commands.run("rotate", "master")).isZero();
    Map<String, String> after = commands.values();
    assertThat(after)
        .containsEntry("CONFIG_MASTER_KEY_OLD_BASE64", before.get("CONFIG_MASTER_KEY_BASE64"))
        .containsEntry("CONFIG_MASTER_KEY_OLD_ID", before.get("CONFIG_MASTER_KEY_ID"));
    assertThat(after.get("CONFIG_MASTER_KEY_ID")).isNotEqualTo(before.get("CONFIG_MASTER_KEY_ID"));
    assertThat(after.get("CONFIG_MASTER_KEY_BASE64"))
        .isNotEqualTo(before.get("CONFIG_MASTER_KEY_BASE64"));
    assertThat(Bootstrap.crypto(after).masterKeyId()).isEqualTo(after.get("CONFIG_MASTER_KEY_ID"));
    after.keySet().removeIf(name -> name.startsWith("CONFIG_MASTER_KEY"));
    before.keySet().removeIf(name -> name.startsWith("CONFIG_MASTER_KEY"));
    assertThat(after).isEqualTo(before);
    assertThat(Files.readString(commands.envFile)).startsWith("# mine\n").contains("\nX='1'\n");
    assertThat(EnvFileMode.fault(commands.envFile)).isNull();
  }

  @Test
  void rotate_master_saysWhatToDoNextAndNoKey() {
    commands.run("rotate", "master");
    assertThat(commands.out())
        .contains(commands.values().get("CONFIG_MASTER_KEY_ID"))
        .contains("Restart")
        .contains("holdfast secrets status")
        .contains("holdfast rotate master --drop-old")
        .doesNotContain(commands.values().get("CONFIG_MASTER_KEY_BASE64"))
        .doesNotContain(commands.values().get("CONFIG_MASTER_KEY_OLD_BASE64"));
  }

  @Test
  void rotate_oldKeyStillThere_isRefusedAndChangesNothing() throws Exception {
    commands.run("rotate", "master");
    String before = Files.readString(commands.envFile);
    assertThat(commands.run("rotate", "master")).isEqualTo(1);
    assertThat(commands.err()).contains("--drop-old").contains("secrets status");
    assertThat(Files.readString(commands.envFile)).isEqualTo(before);
  }

  @Test
  void rotate_oldKeyIsAPlaceholder_countsAsUnset() throws Exception {
    Files.writeString(
        commands.envFile,
        "CONFIG_MASTER_KEY_OLD_BASE64=CHANGEME\nCONFIG_MASTER_KEY_OLD_ID=\n"
            + Files.readString(commands.envFile));
    assertThat(commands.run("rotate", "master")).isZero();
    assertThat(Files.readString(commands.envFile)).doesNotContain("CHANGEME");
    assertThat(commands.values().get("CONFIG_MASTER_KEY_OLD_ID")).hasSize(36);
  }

  @Test
  void rotate_keyFromTheEnvironment_isRefusedAndNamed() {
    commands.environment.put("CONFIG_MASTER_KEY_BASE64", "canary");
    assertThat(commands.run("rotate", "master")).isEqualTo(78);
    assertThat(commands.err())
        .contains("CONFIG_MASTER_KEY_BASE64")
        .contains("environment")
        .contains("docs/cli.md")
        .doesNotContain("canary");
  }

  @Test
  void rotate_keyFromAFile_isRefusedAndNamed() throws Exception {
    commands.write("key", commands.values().get("CONFIG_MASTER_KEY_BASE64"));
    String text =
        Files.readString(commands.envFile)
            .replaceFirst(
                "CONFIG_MASTER_KEY_BASE64=.*",
                "CONFIG_MASTER_KEY_BASE64_FILE=" + folder.resolve("key"));
    Files.writeString(commands.envFile, text);
    assertThat(commands.run("rotate", "master")).isEqualTo(78);
    assertThat(commands.err()).contains("CONFIG_MASTER_KEY_BASE64_FILE");
    assertThat(Files.readString(commands.envFile)).isEqualTo(text);
  }

  @Test
  void rotate_noKeysYet_isRefused() {
    commands.write(".env", "CONFIG_MANAGER_PORT=1\n");
    assertThat(commands.run("rotate", "master")).isEqualTo(78);
    assertThat(commands.err()).contains("nothing to rotate");
  }

  @Test
  void rotate_envFileOption_goesBeforeTheVariable() throws Exception {
    Path other = Files.copy(commands.envFile, folder.resolve("other.env"));
    String before = Files.readString(commands.envFile);
    assertThat(commands.run("rotate", "master", "--env-file", other.toString())).isZero();
    assertThat(Files.readString(other)).contains("CONFIG_MASTER_KEY_OLD_ID=");
    assertThat(Files.readString(commands.envFile)).isEqualTo(before);
  }

  @Test
  void dropOld_nothingNeedsIt_leavesNoTrace() throws Exception {
    commands.run("rotate", "master");
    String old = commands.values().get("CONFIG_MASTER_KEY_OLD_ID");
    String present = commands.values().get("CONFIG_MASTER_KEY_ID");
    commands.write("config.db", "");
    commands.writeCache("hmac", present);
    commands.secrets =
        new Offline.Secrets(
            Map.of(present, 3L), Map.of(old, CommandRun.NOW.minus(Duration.ofMinutes(61))));
    assertThat(commands.run("rotate", "master", "--drop-old")).isZero();
    assertThat(Files.readString(commands.envFile)).doesNotContain("_OLD_");
    assertThat(commands.values()).containsEntry("CONFIG_MASTER_KEY_ID", present);
    assertThat(commands.run("rotate", "master", "--drop-old")).isEqualTo(1);
    assertThat(commands.err()).contains("no old master key");
  }

  @Test
  void dropOld_stillNeeded_isRefusedWithTheReasonUnlessForced() throws Exception {
    commands.run("rotate", "master");
    String old = commands.values().get("CONFIG_MASTER_KEY_OLD_ID");
    String before = Files.readString(commands.envFile);
    refused("no database");

    commands.write("config.db", "");
    commands.secrets = new Offline.Secrets(Map.of(old, 2L), Map.of());
    refused("2 secrets are still sealed with it");

    commands.secrets = new Offline.Secrets(Map.of(), Map.of());
    refused("not known since when");

    commands.secrets =
        new Offline.Secrets(Map.of(), Map.of(old, CommandRun.NOW.minus(Duration.ofMinutes(59))));
    refused("grace time is over at 2026-03-01T12:01:00");

    commands.now = CommandRun.NOW.plus(Duration.ofMinutes(1));
    commands.writeCache("hmac", old);
    refused("cache");

    assertThat(Files.readString(commands.envFile)).isEqualTo(before);
    assertThat(commands.run("rotate", "master", "--drop-old", "--force")).isZero();
    assertThat(commands.values()).doesNotContainKey("CONFIG_MASTER_KEY_OLD_ID");
  }

  private void refused(String reason) {
    assertThat(commands.run("rotate", "master", "--drop-old")).isEqualTo(1);
    assertThat(commands.err()).contains(reason);
  }
}
