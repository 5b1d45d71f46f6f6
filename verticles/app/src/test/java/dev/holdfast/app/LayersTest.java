package dev.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayersTest {
  @TempDir Path folder;

  @Test
  void merge_layers_strongestWins() {
    Layers.Settings settings =
        Layers.merge(
            ".env",
            Map.of("CONFIG_MANAGER_HOST", "env"),
            Map.of("CONFIG_MANAGER_HOST", "file", "CONFIG_MANAGER_PORT", "1"),
            Map.of("CONFIG_MANAGER_HOST", "conf", "CONFIG_MANAGER_PORT", "2", "MQTT_URL", "conf"));
    assertThat(settings.values())
        .containsEntry("CONFIG_MANAGER_HOST", "env")
        .containsEntry("CONFIG_MANAGER_PORT", "1")
        .containsEntry("MQTT_URL", "conf");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\t",
        "CHANGEME",
        "CHANGEME-please",
        "changeme",
        "CHANGEME_64_CHARS",
        " CHANGEME",
        "00000000-0000-0000-0000-000000000000",
      })
  void merge_placeholder_countsAsUnsetAtItsLayer(String placeholder) {
    assertThat(
            Layers.merge(
                    ".env",
                    Map.of("CONFIG_MASTER_KEY_ID", placeholder),
                    Map.of("CONFIG_MASTER_KEY_ID", "real"),
                    Map.of())
                .values())
        .containsEntry("CONFIG_MASTER_KEY_ID", "real");
    assertThat(
            Layers.merge(".env", Map.of(), Map.of("CONFIG_API_TOKENS", placeholder), Map.of())
                .values())
        .doesNotContainKey("CONFIG_API_TOKENS");
  }

  @Test
  void merge_fileForm_isRead() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "value\n");
    assertThat(
            Layers.merge(".env", Map.of("REBUILD_TOKEN_FILE", file.toString()), Map.of(), Map.of())
                .values())
        .containsEntry("REBUILD_TOKEN", "value");
  }

  @Test
  void merge_fileFormBesideValue_isRefused() {
    assertThatThrownBy(
            () ->
                Layers.merge(
                    ".env",
                    Map.of("REBUILD_TOKEN", "canary", "REBUILD_TOKEN_FILE", "x"),
                    Map.of(),
                    Map.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("REBUILD_TOKEN_FILE")
        .message()
        .doesNotContain("canary");
  }

  @Test
  void merge_fileFormUnreadable_isRefusedAndNamed() {
    assertThatThrownBy(
            () ->
                Layers.merge(
                    ".env", Map.of("REBUILD_TOKEN_FILE", folder + "/no"), Map.of(), Map.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("REBUILD_TOKEN_FILE");
  }

  @Test
  void merge_unknownName_isWarnedAboutWithTheNearest() {
    Layers.Settings settings =
        Layers.merge(
            ".env",
            Map.of("CONFIG_MANAGER_PROT", "1", "PATH", "/bin", "CONFIG_API_TOKENS_FILE", ""),
            Map.of("CONFIG_DB_PATH_FILE", "x"),
            Map.of());
    assertThat(settings.warnings())
        .hasSize(2)
        .anyMatch(
            line -> line.contains("CONFIG_MANAGER_PROT") && line.contains("CONFIG_MANAGER_PORT"))
        .anyMatch(line -> line.contains("CONFIG_DB_PATH_FILE") && line.contains("CONFIG_DB_PATH?"));
  }

  @Test
  void merge_otherNames_areTheServicesEnvironment() {
    Layers.Settings settings =
        Layers.merge(
            ".env",
            Map.of("A", "env", "B", "CHANGEME", "CONFIG_X", "1", "lkg_y", "2"),
            Map.of("A", "file", "B", "file", "C", "file", "D", " ", "MQTT_Z", "3"),
            Map.of());
    assertThat(settings.environment()).isEqualTo(Map.of("A", "env", "B", "file", "C", "file"));
    assertThat(settings.toString()).doesNotContain("env");
  }

  @Test
  void merge_origins_nameLayerAndFile() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "value\n");
    Layers.Settings settings =
        Layers.merge(
            ".env",
            Map.of("REBUILD_TOKEN_FILE", file.toString()),
            Map.of("CONFIG_API_TOKENS", "x"),
            Map.of("CONFIG_MANAGER_PORT", "1"));
    assertThat(settings.origins())
        .containsEntry("REBUILD_TOKEN", new Layers.Origin(Layers.Layer.ENVIRONMENT, file))
        .containsEntry("CONFIG_API_TOKENS", new Layers.Origin(Layers.Layer.ENV_FILE, null))
        .containsEntry("CONFIG_MANAGER_PORT", new Layers.Origin(Layers.Layer.DEFAULTS, null));
  }

  @Test
  void read_withAndWithoutVertx_isTheSame() throws Exception {
    Path file = Files.writeString(folder.resolve(".env"), "CONFIG_MANAGER_PORT=9\nX='a b'\n");
    Layers.Settings settings = Layers.read(Map.of("CONFIG_ENV_FILE", file.toString()));
    assertThat(settings.values())
        .containsEntry("CONFIG_MANAGER_PORT", "9")
        .containsEntry("CONFIG_MANAGER_HOST", "127.0.0.1");
    assertThat(settings.environment()).isEqualTo(Map.of("X", "a b"));
    assertThat(settings.envFile()).isEqualTo(file);
    Files.writeString(file, "A = 1");
    assertThatThrownBy(() -> Layers.read(Map.of("CONFIG_ENV_FILE", file.toString())))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("line 1");
  }
}
