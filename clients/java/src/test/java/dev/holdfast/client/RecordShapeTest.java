package dev.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Complexity;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.Values;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordShapeTest {
  enum Mode {
    OFF,
    ECO
  }

  @ServiceConfig("my-service")
  record Config(
      @Setting(value = "What it does", complexity = Complexity.SIMPLE)
          @DefaultValue("default_value")
          String someSetting,
      @Setting("How many") @Min(0) @Max(1000) @DefaultValue("100") int anotherSetting,
      @Setting("Turn the feature on") boolean enableFeature,
      @DefaultValue("0.5") double ratio,
      @DefaultValue("eco") Mode mode,
      @DefaultValue("data/cache") Path cacheDir,
      @Pattern(regexp = "^wss?://") Optional<String> wsURL,
      @Setting(value = "Key", key = "api.key") SecretValue apiKey) {}

  private final RecordShape<Config> shape = RecordShape.of(Config.class);

  @Test
  void bind_nothingGiven_takesDefaults() {
    Config config = shape.bind(settings(Map.of(), Map.of()));

    assertThat(config)
        .isEqualTo(
            new Config(
                "default_value",
                100,
                false,
                0.5,
                Mode.ECO,
                Path.of("data/cache"),
                Optional.empty(),
                null));
  }

  @Test
  void bind_everythingGiven_takesItAndIgnoresUnknownKeys() {
    Map<String, Object> values =
        Map.of(
            "some_setting", "x",
            "another_setting", 7L,
            "enable_feature", true,
            "ratio", 1L,
            "mode", "off",
            "cache_dir", "/tmp",
            "ws_url", "ws://h",
            "of_a_newer_server", "y");

    Config config = shape.bind(settings(values, Map.of("api.key", SecretValue.of("s3cret"))));

    assertThat(config)
        .isEqualTo(
            new Config(
                "x",
                7,
                true,
                1.0,
                Mode.OFF,
                Path.of("/tmp"),
                Optional.of("ws://h"),
                SecretValue.of("s3cret")));
    assertThat(config.toString()).doesNotContain("s3cret");
  }

  @Test
  void bind_valuesThatDoNotFit_namesEachWithTheLegalForm() {
    assertMisfit(Map.of("another_setting", "7"), "another_setting: \"7\" (expected: a 32-bit");
    assertMisfit(Map.of("another_setting", 7.5), "another_setting: \"7.5\"");
    assertMisfit(Map.of("another_setting", 1L << 40), "another_setting");
    assertMisfit(
        Map.of("another_setting", 1001L),
        "another_setting: \"1001\" (expected: minimum 0, maximum 1000)");
    assertMisfit(Map.of("mode", "loud"), "mode: \"loud\" (expected: one of off, eco)");
    assertMisfit(Map.of("ws_url", "http://h"), "ws_url: \"http://h\" (expected: pattern ^wss?://)");
    assertMisfit(Map.of("enable_feature", 1L, "ratio", "x"), "enable_feature: \"1\"", "ratio");
    Map<String, Object> none = new HashMap<>();
    none.put("some_setting", null);
    assertMisfit(none, "some_setting: not set (expected: a text)");
  }

  @Test
  void fallback_environmentOverDefaults() {
    Config config =
        shape.fallback(
            Map.of(
                "MY_SERVICE_ANOTHER_SETTING", "5",
                "MY_SERVICE_ENABLE_FEATURE", "true",
                "MY_SERVICE_API_KEY", "s3cret",
                "MY_SERVICE_RATIO", " "));

    assertThat(config.anotherSetting()).isEqualTo(5);
    assertThat(config.enableFeature()).isTrue();
    assertThat(config.ratio()).isEqualTo(0.5);
    assertThat(config.apiKey()).isEqualTo(SecretValue.of("s3cret"));
    assertThatThrownBy(() -> shape.fallback(Map.of("MY_SERVICE_ANOTHER_SETTING", "many")))
        .isInstanceOf(Misfit.class)
        .hasMessageContaining("another_setting");
  }

  @Test
  void schema_saysWhatTheManagerTakes() {
    JsonObject schema = shape.schema();
    JsonObject properties = schema.getJsonObject("properties");

    assertThat(schema.getString("title")).isEqualTo("my-service");
    assertThat(schema.getBoolean("additionalProperties")).isFalse();
    assertThat(properties.getJsonObject("some_setting"))
        .isEqualTo(
            new JsonObject()
                .put("type", "string")
                .put("default", "default_value")
                .put("description", "What it does")
                .put("x-complexity", "simple"));
    assertThat(properties.getJsonObject("another_setting"))
        .isEqualTo(
            new JsonObject()
                .put("type", "integer")
                .put("minimum", 0)
                .put("maximum", 1000)
                .put("default", 100L)
                .put("description", "How many")
                .put("x-complexity", "advanced"));
    assertThat(properties.getJsonObject("enable_feature").getBoolean("default")).isFalse();
    assertThat(properties.getJsonObject("mode").getJsonArray("enum"))
        .isEqualTo(new JsonArray(List.of("off", "eco")));
    assertThat(properties.getJsonObject("cache_dir").getString("format")).isEqualTo("path");
    assertThat(properties.getJsonObject("ws_url"))
        .isEqualTo(
            new JsonObject()
                .put("type", new JsonArray(List.of("string", "null")))
                .put("pattern", "^wss?://")
                .putNull("default"));
    assertThat(properties.getJsonObject("api.key"))
        .isEqualTo(
            new JsonObject()
                .put("type", "string")
                .put("x-secret", true)
                .put("description", "Key")
                .put("x-complexity", "advanced"));
  }

  record Unmarked(int a) {}

  @ServiceConfig("Bad Name")
  record BadName(int a) {}

  @ServiceConfig("one")
  record BadType(List<String> many) {}

  @ServiceConfig("one")
  record BadDefault(@DefaultValue("x") int a) {}

  @ServiceConfig("one")
  record SecretWithDefault(@DefaultValue("x") SecretValue a) {}

  @ServiceConfig("one")
  record Twice(int a, @Setting(value = "", key = "a") int b) {}

  @Test
  void of_whatIsNoSettingsRecord_saysWhy() {
    assertIllegal(Unmarked.class, "@ServiceConfig");
    assertIllegal(BadName.class, "BadName");
    assertIllegal(BadType.class, "BadType.many: List (expected: String, int");
    assertIllegal(BadDefault.class, "BadDefault.a: default \"x\" (expected: a 32-bit integer)");
    assertIllegal(SecretWithDefault.class, "expected: none, it is a secret");
    assertIllegal(Twice.class, "a twice");
  }

  private static void assertIllegal(Class<? extends Record> type, String words) {
    assertThatThrownBy(() -> RecordShape.of(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  private void assertMisfit(Map<String, Object> values, String... words) {
    assertThatThrownBy(() -> shape.bind(settings(values, Map.of())))
        .isInstanceOf(Misfit.class)
        .hasMessageContainingAll(words);
  }

  private static Settings settings(Map<String, Object> values, Map<String, SecretValue> secrets) {
    return new Settings("my-service", 1, Signer.EPOCH, Values.of(values), secrets, Origin.REST);
  }
}
