package dev.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandsTest {
  private static final String STRANGER = "11111111-2222-4333-8444-555555555555";

  @TempDir Path folder;
  private CommandRun commands;
  private String present;

  @BeforeEach
  void start() {
    commands = new CommandRun(folder);
    present = commands.values().get("CONFIG_MASTER_KEY_ID");
    commands.write("config.db", "");
  }

  @Test
  void status_oneKey_countsBySayingSo() {
    commands.secrets = new Offline.Secrets(Map.of(present, 4L), Map.of());
    assertThat(commands.run("secrets", "status")).isZero();
    assertThat(commands.out())
        .contains("Secrets: 4")
        .contains("4 under " + present + " (in use)")
        .contains("Old key: none")
        .doesNotContain(commands.values().get("CONFIG_MASTER_KEY_BASE64"));
  }

  @Test
  void status_idInCapitals_isTheSameKey() {
    commands.secrets = new Offline.Secrets(Map.of(present, 4L), Map.of());
    commands.environment.put("CONFIG_MASTER_KEY_ID", present.toUpperCase(Locale.ROOT));
    assertThat(commands.run("secrets", "status")).isZero();
  }

  @Test
  void status_rotation_saysWhatWaitsAndWhenTheOldKeyMayGo() {
    commands.run("rotate", "master");
    String fresh = commands.values().get("CONFIG_MASTER_KEY_ID");
    commands.secrets = new Offline.Secrets(Map.of(present, 1L, fresh, 3L), Map.of());
    commands.writeCache("hmac", present);
    assertThat(commands.run("secrets", "status")).isZero();
    assertThat(commands.out())
        .contains("1 under " + present + " (old)")
        .contains("3 under " + fresh + " (in use)")
        .contains("cache: some under " + present + " (old)")
        .contains("must stay: 1 secret is still");

    commands.writeCache("hmac", fresh);
    commands.secrets =
        new Offline.Secrets(
            Map.of(fresh, 4L), Map.of(present, CommandRun.NOW.minus(Duration.ofHours(2))));
    commands.environment.put("LITESTREAM_RETENTION_HOURS", "24");
    commands.run("secrets", "status");
    assertThat(commands.out())
        .contains("not needed since 2026-03-01T10:00:00")
        .contains("may be removed: holdfast rotate master --drop-old")
        .doesNotContain("backups");
    commands.environment.put("LITESTREAM_S3_BUCKET", "bucket");
    commands.run("secrets", "status");
    assertThat(commands.out()).contains("backups need it until 2026-03-02T10:00:00");
  }

  @Test
  void status_keyNotAtHand_exits1AndNamesIt() {
    commands.secrets = new Offline.Secrets(Map.of(present, 4L, STRANGER, 2L), Map.of());
    assertThat(commands.run("secrets", "status")).isEqualTo(1);
    assertThat(commands.out())
        .contains("2 under " + STRANGER + " (not at hand)")
        .contains("Not at hand: key " + STRANGER);
    commands.secrets = new Offline.Secrets(Map.of(), Map.of());
    commands.writeCache("hmac", STRANGER);
    assertThat(commands.run("secrets", "status")).isEqualTo(1);
  }

  @Test
  void status_damagedCache_isSaidAndNoDatabaseToo() {
    commands.write("config.lkg.json", "{");
    assertThat(commands.run("secrets", "status")).isEqualTo(1);
    assertThat(commands.err()).contains("config.lkg.json");
    commands.environment.put("CONFIG_DB_PATH", folder.resolve("none.db").toString());
    assertThat(commands.run("secrets", "status")).isEqualTo(1);
    assertThat(commands.err()).contains("no database");
    assertThat(folder.resolve("none.db")).doesNotExist();
  }

  @Test
  void verify_wholeLog_exits0() {
    commands.audit = new Offline.Audit(12, 0, 3, null, null);
    assertThat(commands.run("audit", "verify")).isZero();
    assertThat(commands.out())
        .contains("Rows checked: 12")
        .contains("before the chain: 3")
        .contains("No fault");
  }

  @Test
  void verify_fault_exits1AndSaysIt() {
    commands.audit = new Offline.Audit(5, 1, 0, "row 6 is missing", null);
    assertThat(commands.run("audit", "verify")).isEqualTo(1);
    assertThat(commands.out()).contains("row 6 is missing").contains("not at hand: 1");
    commands.audit = new Offline.Audit(5, 0, 0, null, "it has no hmac");
    assertThat(commands.run("audit", "verify")).isEqualTo(1);
    assertThat(commands.out()).contains("it has no hmac");
  }
}
