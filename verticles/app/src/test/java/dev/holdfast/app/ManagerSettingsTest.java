package dev.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagerSettingsTest {
  private static final Map<String, String> DEFAULTS = defaults();

  @Test
  void of_defaults_areThoseOfTheDocumentation() {
    ManagerSettings settings = ManagerSettings.of(DEFAULTS);
    assertThat(settings.http().port()).isEqualTo(8081);
    assertThat(settings.http().host()).isEqualTo("127.0.0.1");
    assertThat(settings.mqtt().embeddedPort()).isEqualTo(1883);
    assertThat(settings.databasePath())
        .isEqualTo(Path.of("data/config/config.db").toAbsolutePath());
    assertThat(settings.lkgPath())
        .isEqualTo(Path.of("data/config/config.lkg.json").toAbsolutePath());
    assertThat(settings.epochPath())
        .isEqualTo(Path.of("data/config/health+epoch.json").toAbsolutePath());
    assertThat(settings.mqtt().url()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "CONFIG_MANAGER_PORT, 0",
    "CONFIG_MANAGER_PORT, 65536",
    "CONFIG_MANAGER_PORT, canary",
    "CONFIG_MANAGER_PORT, -1",
    "CONFIG_EMBEDDED_MQTT_PORT, 1e3",
    "CONFIG_LKG_MIN_INTERVAL_MS, 1.5",
    "CONFIG_MANAGER_LOG_LEVEL, LOUD",
    "CONFIG_DB_URL, jdbc:canary",
    "CONFIG_MANAGER_TLS_CERT, canary",
    "CONFIG_MANAGER_TLS_KEY, canary",
    "CONFIG_MQTT_CA_FILE, canary",
    "CONFIG_MQTT_CLIENT_KEY, canary",
    "CONFIG_KEY_ROTATION_GRACE_MINUTES, 525601",
    "CONFIG_AUDIT_RETENTION_DAYS, -1",
    "CONFIG_SESSION_IDLE_MINUTES, -7",
    "CONFIG_SESSION_MAX_HOURS, canary",
    "LITESTREAM_RETENTION_HOURS, 1.5",
    "LITESTREAM_REPLICA_URL, file:relative",
    "LITESTREAM_REPLICA_URL, file://canary/path",
    "LITESTREAM_REPLICA_URL, s3://canary/path",
    "LITESTREAM_REPLICA_URL, a canary",
    "LITESTREAM_METRICS_URL, ftp://canary/",
    "LITESTREAM_METRICS_URL, http://canary:password@host/",
    "LITESTREAM_METRICS_URL, /canary",
    "LITESTREAM_METRICS_URL, a canary",
  })
  void of_malformed_isRefusedWithNameAndFormButNotTheValue(String name, String value) {
    Map<String, String> values = new HashMap<>(DEFAULTS);
    values.put(name, value);
    assertThatThrownBy(() -> ManagerSettings.of(values))
        .isInstanceOfSatisfying(
            StartFailure.class,
            failure -> {
              assertThat(failure.exitCode()).isEqualTo(78);
              assertThat(failure.line()).contains(name).contains("expected").doesNotContain(value);
            });
  }

  @Test
  void of_files_areTakenInPairsAndMustBeReadable(@TempDir Path folder) throws IOException {
    Path pem = Files.writeString(folder.resolve("a.pem"), "x");
    Map<String, String> values = new HashMap<>(DEFAULTS);
    values.put("CONFIG_MANAGER_TLS_CERT", pem.toString());
    assertThatThrownBy(() -> ManagerSettings.of(values))
        .hasMessageContaining("CONFIG_MANAGER_TLS_KEY is not set");
    values.put("CONFIG_MANAGER_TLS_KEY", folder.resolve("none").toString());
    assertThatThrownBy(() -> ManagerSettings.of(values))
        .hasMessageContaining("CONFIG_MANAGER_TLS_KEY: cannot be read");
    values.put("CONFIG_MANAGER_TLS_KEY", pem.toString());
    assertThat(ManagerSettings.of(values).http().tlsKey()).isEqualTo(pem);
  }

  @Test
  void of_keeping_hasRetentionOfBackupsOnlyWithABucket() {
    Map<String, String> values = new HashMap<>(DEFAULTS);
    assertThat(ManagerSettings.of(values).keeping())
        .isEqualTo(new ManagerSettings.Keeping(60, 365, null));
    values.put("LITESTREAM_RETENTION_HOURS", "24");
    values.put("CONFIG_AUDIT_RETENTION_DAYS", "0");
    assertThat(ManagerSettings.of(values).keeping())
        .isEqualTo(new ManagerSettings.Keeping(60, 0, null));
    values.put("LITESTREAM_S3_BUCKET", "bucket");
    assertThat(ManagerSettings.of(values).keeping().backupRetentionHours()).isEqualTo(24);
  }

  /** What the documentation does not name, nobody finds. */
  @Test
  void variables_all_standInTheDocumentation() throws IOException {
    String example = Files.readString(Path.of("../../.env.example"));
    String page = Files.readString(Path.of("../../docs/settings.md"));
    for (Variable variable : Variable.values()) {
      assertThat(example).contains("\n#" + variable + "=");
      assertThat(page).contains("`" + variable + "`");
      if (variable.secret()) {
        assertThat(example).contains(variable.fileForm());
      }
    }
  }

  @Test
  void of_lists_areSplitAndStripped() {
    Map<String, String> values = new HashMap<>(DEFAULTS);
    assertThat(ManagerSettings.of(values).http().corsOrigins()).isEmpty();
    values.put("CONFIG_CORS_ORIGINS", "https://a.example, https://b.example");
    values.put("CONFIG_API_TOKENS", "canary:config.read");
    ManagerSettings settings = ManagerSettings.of(values);
    assertThat(settings.http().corsOrigins())
        .containsExactly("https://a.example", "https://b.example");
    assertThat(settings.toString()).doesNotContain("canary");
  }

  private static Map<String, String> defaults() {
    try {
      Map<String, String> values = new HashMap<>();
      Dotenv.parse("conf", Files.readAllBytes(Path.of("../../conf/holdfast.env")))
          .forEach((name, entry) -> values.put(name, entry.value()));
      return values;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
