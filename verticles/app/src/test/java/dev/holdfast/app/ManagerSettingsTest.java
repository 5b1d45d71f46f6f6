package dev.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagerSettingsTest {
  private static final Map<String, String> DEFAULTS = defaults();

  @Test
  void of_defaults_areThoseOfTheDocumentation() {
    ManagerSettings settings = ManagerSettings.of(DEFAULTS);
    assertThat(settings.port()).isEqualTo(8081);
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.embeddedPort()).isEqualTo(1883);
    assertThat(settings.databasePath())
        .isEqualTo(Path.of("data/config/config.db").toAbsolutePath());
    assertThat(settings.lkgPath())
        .isEqualTo(Path.of("data/config/config.lkg.json").toAbsolutePath());
    assertThat(settings.epochPath())
        .isEqualTo(Path.of("data/config/health+epoch.json").toAbsolutePath());
    assertThat(settings.mqttUrl()).isNull();
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
