package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.client.BlockingHoldfast;
import dev.holdfast.client.DefaultValue;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.HoldfastOptions;
import dev.holdfast.client.Origin;
import dev.holdfast.client.ServiceConfig;
import dev.holdfast.client.Setting;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.SecretValue;
import io.vertx.core.json.JsonObject;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java client against the real jar, through everything that may be away. */
class ClientIT {
  private static final String SECRETS = TestToken.of("config.secrets");
  private static final String SCHEMAS = TestToken.of("config.schema");
  private static final String ADMIN = TestToken.of("config.write");
  private static final String SECRET = "canary-s3cret-" + ClientIT.class.getSimpleName();

  @TempDir Path folder;
  private Path cache;

  /** Part of a shipped service. */
  @ServiceConfig("stt-worker")
  record Stt(
      @DefaultValue("0.5") double vadThreshold,
      @DefaultValue("1") int channels,
      @DefaultValue("base.en") String whisperModel) {}

  @ServiceConfig("tts-worker")
  record Tts(@DefaultValue("100") int volumePercent, SecretValue elevenApiKey) {}

  @ServiceConfig("my-service")
  record Mine(
      @Setting(value = "What it does", complexity = Complexity.SIMPLE)
          @DefaultValue("default_value")
          String someSetting,
      @Setting("How many") @Min(0) @Max(1000) @DefaultValue("100") int anotherSetting,
      @Setting("Turn the feature on") boolean enableFeature) {}

  @BeforeEach
  void folders() {
    cache = folder.resolve("client");
  }

  private HoldfastOptions options(ManagerProcess manager, String push) throws Exception {
    HoldfastOptions options =
        new HoldfastOptions()
            .setUrl("http://127.0.0.1:" + manager.port)
            .setToken(manager.reader())
            .setPublicKeys(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"))
            .setInstance("it-1")
            .setCacheFolder(cache);
    return push.equals("mqtt")
        ? options.setMqttUrl("mqtt://127.0.0.1:" + manager.mqttPort)
        : options.setSse(push.equals("sse")).setRefreshMillis(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqtt", "sse", "none"})
  void client_managerRestartedAndGone_alwaysHasItsSettings(String push) throws Exception {
    HoldfastOptions options;
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      options = options(manager, push);
      if (push.equals("sse")) {
        options.setRefreshMillis(60_000);
      }
      List<Stt> told = new CopyOnWriteArrayList<>();
      try (BlockingHoldfast holdfast = BlockingHoldfast.create(options)) {
        assertThat(holdfast.get(Stt.class)).isEqualTo(new Stt(0.5, 1, "base.en"));
        assertThat(holdfast.origin("stt-worker")).isNotEqualTo(Origin.CACHE);
        holdfast.subscribe(Stt.class, told::add);
        awaitPush(manager, push);
        patch(manager, "{\"vad_threshold\":0.6}");
        await().until(() -> told.contains(new Stt(0.6, 1, "base.en")));
        assertThat(holdfast.get(Stt.class).vadThreshold()).isEqualTo(0.6);

        manager.kill();
        assertThat(holdfast.get(Stt.class).vadThreshold()).isEqualTo(0.6);
        manager.startAgain();
        patch(manager, "{\"vad_threshold\":0.7}");
        await()
            .atMost(Duration.ofSeconds(15))
            .until(() -> holdfast.get(Stt.class).vadThreshold() == 0.7);
      }
    }
    try (BlockingHoldfast holdfast = BlockingHoldfast.create(options)) {
      assertThat(holdfast.get(Stt.class).vadThreshold()).isEqualTo(0.7);
      assertThat(holdfast.origin("stt-worker")).isEqualTo(Origin.CACHE);
    }
  }

  @Test
  void client_brokerRestarted_keepsItsSettingsAndHearsTheNext() throws Exception {
    int port = ManagerProcess.freePort();
    String url = "mqtt://127.0.0.1:" + port;
    Process broker = mosquitto(port);
    try (ManagerProcess manager = ManagerProcess.start(folder, Map.of("MQTT_URL", url))) {
      HoldfastOptions options =
          new HoldfastOptions()
              .setMqttUrl(url)
              .setPublicKeys(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"))
              .setStartMillis(10_000);
      try (BlockingHoldfast holdfast = BlockingHoldfast.create(options)) {
        assertThat(holdfast.get(Stt.class).vadThreshold()).isEqualTo(0.5);
        assertThat(holdfast.origin("stt-worker")).isEqualTo(Origin.MQTT);
        broker.destroyForcibly().waitFor();
        patch(manager, "{\"vad_threshold\":0.6}");
        assertThat(holdfast.get(Stt.class).vadThreshold()).isEqualTo(0.5);
        broker = mosquitto(port);
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> holdfast.get(Stt.class).vadThreshold() == 0.6);
      }
    } finally {
      broker.destroyForcibly();
    }
  }

  private static Process mosquitto(int port) throws Exception {
    String mosquitto = ManagerProcess.require("mosquitto").toString();
    return new ProcessBuilder(mosquitto, "-p", String.valueOf(port))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** A push that is not connected yet would be made up for by a read: that is another test. */
  private static void awaitPush(ManagerProcess manager, String push) throws Exception {
    if (push.equals("mqtt")) {
      await().until(() -> manager.get("/api/config/health").statusCode() == 200);
    }
  }

  @Test
  void client_nothingThere_takesDefaultsOrFailsWhereRequired() throws Exception {
    String keys;
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      keys = manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY");
    }
    HoldfastOptions nobody =
        new HoldfastOptions()
            .setUrl("http://127.0.0.1:" + ManagerProcess.freePort())
            .setMqttUrl("mqtt://127.0.0.1:" + ManagerProcess.freePort())
            .setPublicKeys(keys)
            .setStartMillis(500);
    try (BlockingHoldfast holdfast = BlockingHoldfast.create(nobody)) {
      assertThat(holdfast.get(Stt.class)).isEqualTo(new Stt(0.5, 1, "base.en"));
      assertThat(holdfast.origin("stt-worker")).isEqualTo(Origin.DEFAULTS);
    }
    try (BlockingHoldfast holdfast = BlockingHoldfast.create(nobody.setRequired(true))) {
      assertThatThrownBy(() -> holdfast.get(Stt.class))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("stt-worker: neither the manager nor a copy");
    }
  }

  @Test
  void client_altersItsCopy_copyDoesNotCount() throws Exception {
    HoldfastOptions options;
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      options = options(manager, "none");
      patch(manager, "{\"vad_threshold\":0.6}");
      try (BlockingHoldfast holdfast = BlockingHoldfast.create(options)) {
        assertThat(holdfast.get(Stt.class).vadThreshold()).isEqualTo(0.6);
        await().until(() -> Files.exists(cache.resolve("stt-worker.json")));
      }
    }
    Path file = cache.resolve("stt-worker.json");
    Files.writeString(file, Files.readString(file).replace("0.6", "0.9"));
    try (BlockingHoldfast holdfast = BlockingHoldfast.create(options.setStartMillis(500))) {
      assertThat(holdfast.get(Stt.class).vadThreshold()).isEqualTo(0.5);
      assertThat(holdfast.origin("stt-worker")).isEqualTo(Origin.DEFAULTS);
    }
  }

  @Test
  void client_registersItsSchema_managerTakesItAndItsSettings() throws Exception {
    try (ManagerProcess manager =
        ManagerProcess.start(
            folder,
            Map.of(
                "CONFIG_API_TOKENS",
                SCHEMAS + ":config.schema+config.read:me@my-service," + ADMIN + ":config.write"))) {
      HoldfastOptions options =
          new HoldfastOptions()
              .setUrl("http://127.0.0.1:" + manager.port)
              .setToken(SCHEMAS)
              .setPublicKeys(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"))
              .setRegisterSchemas(true);
      try (BlockingHoldfast holdfast = BlockingHoldfast.create(options)) {
        assertThat(holdfast.get(Mine.class)).isEqualTo(new Mine("default_value", 100, false));
        assertThat(holdfast.origin("my-service")).isEqualTo(Origin.REST);
        String service = "/api/config/services/my-service";
        assertThat(
                manager
                    .call("PATCH", service + "?version=1", ADMIN, "{\"another_setting\":1001}")
                    .statusCode())
            .isEqualTo(422);
        assertThat(
                manager
                    .call("PATCH", service + "?version=1", ADMIN, "{\"another_setting\":7}")
                    .statusCode())
            .isEqualTo(200);
        await().until(() -> holdfast.get(Mine.class).anotherSetting() == 7);
      }
    }
  }

  @Test
  void client_startsBeforeTheManager_registersItsSchemaOnceThatIsThere() throws Exception {
    ManagerProcess manager =
        ManagerProcess.prepare(
            folder,
            Map.of(
                "CONFIG_API_TOKENS",
                SCHEMAS + ":config.schema+config.read:me@my-service," + ADMIN + ":config.write"));
    try (manager) {
      manager.startAgain();
      HoldfastOptions options =
          new HoldfastOptions()
              .setUrl("http://127.0.0.1:" + manager.port)
              .setToken(SCHEMAS)
              .setPublicKeys(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"))
              .setStartMillis(200)
              .setRegisterSchemas(true);
      manager.terminate();
      try (BlockingHoldfast holdfast = BlockingHoldfast.create(options)) {
        assertThat(holdfast.get(Mine.class).anotherSetting()).isEqualTo(100);
        assertThat(holdfast.origin("my-service")).isEqualTo(Origin.DEFAULTS);
        manager.startAgain();
        await().atMost(Duration.ofSeconds(15)).until(() -> holdfast.origin("my-service").fresh());
      }
    }
  }

  @Test
  void client_signatureKeyRotated_followsTheEndorsement() throws Exception {
    HoldfastOptions options;
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      options = options(manager, "mqtt");
      try (BlockingHoldfast holdfast = BlockingHoldfast.create(options)) {
        assertThat(holdfast.get(Stt.class).vadThreshold()).isEqualTo(0.5);
        Command.succeed(manager, "rotate", "signature");
        manager.terminate();
        manager.startAgain();
        patch(manager, "{\"vad_threshold\":0.6}");
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> holdfast.get(Stt.class).vadThreshold() == 0.6);
      }
    }
    try (BlockingHoldfast holdfast = BlockingHoldfast.create(options)) {
      assertThat(holdfast.get(Stt.class).vadThreshold()).isEqualTo(0.6);
      assertThat(holdfast.origin("stt-worker")).isEqualTo(Origin.CACHE);
    }
  }

  @Test
  void client_secrets_areReadInClearAndKeptSealedOnly() throws Exception {
    HoldfastOptions options;
    try (ManagerProcess manager =
        ManagerProcess.start(
            folder,
            Map.of(
                "CONFIG_API_TOKENS",
                SECRETS + ":config.secrets:tts@tts-worker," + ADMIN + ":config.write"))) {
      options =
          new HoldfastOptions()
              .setUrl("http://127.0.0.1:" + manager.port)
              .setToken(SECRETS)
              .setPublicKeys(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"))
              .setCacheFolder(cache)
              .setCacheKey(Base64.getEncoder().encodeToString(new byte[32]));
      try (BlockingHoldfast holdfast = BlockingHoldfast.create(options)) {
        assertThat(holdfast.get(Tts.class)).isEqualTo(new Tts(100, null));
        String secret = "/api/config/services/tts-worker/secrets/eleven_api_key";
        String body = new JsonObject().put("value", SECRET).encode();
        assertThat(manager.call("PUT", secret, ADMIN, body).statusCode()).isEqualTo(200);
        await().until(() -> SecretValue.of(SECRET).equals(holdfast.get(Tts.class).elevenApiKey()));
        await().until(() -> Files.readString(cache.resolve("tts-worker.json")).contains("secrets"));
        assertThat(Files.readString(cache.resolve("tts-worker.json"))).doesNotContain(SECRET);
      }
    }
    try (BlockingHoldfast holdfast = BlockingHoldfast.create(options)) {
      assertThat(holdfast.get(Tts.class)).isEqualTo(new Tts(100, SecretValue.of(SECRET)));
      assertThat(holdfast.origin("tts-worker")).isEqualTo(Origin.CACHE);
    }
    options.setCacheKey(
        Base64.getEncoder()
            .encodeToString("x".repeat(32).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    try (BlockingHoldfast holdfast = BlockingHoldfast.create(options.setStartMillis(500))) {
      assertThat(holdfast.get(Tts.class).elevenApiKey()).isNull();
    }
  }

  @Test
  void client_callbackThrows_keepsTheOldAndHearsTheNext() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder);
        Subscriber reports = new Subscriber(manager.mqttPort, "system/config-status/#");
        BlockingHoldfast holdfast = BlockingHoldfast.create(options(manager, "mqtt"))) {
      String topic = "system/config-status/stt-worker/it-1";
      assertThat(holdfast.get(Stt.class).channels()).isEqualTo(1);
      List<Double> told = new CopyOnWriteArrayList<>();
      holdfast.subscribe(
          Stt.class,
          updated -> {
            told.add(updated.vadThreshold());
            if (updated.vadThreshold() == 0.6) {
              throw new IllegalStateException("not that one");
            }
          });
      patch(manager, "{\"vad_threshold\":0.6}");
      await().until(() -> told.contains(0.6) && told.get(told.size() - 1) == 0.5);
      assertThat(holdfast.get(Stt.class).vadThreshold()).isEqualTo(0.5);
      await()
          .until(
              () -> {
                JsonObject report = reports.message(topic);
                return report != null && report.getLong("version") == 2;
              });
      JsonObject refused = reports.message(topic);
      assertThat(refused.getBoolean("applied")).isFalse();
      assertThat(refused.getString("reason")).isEqualTo("not that one");
      patch(manager, "{\"vad_threshold\":0.7}");
      await().until(() -> holdfast.get(Stt.class).vadThreshold() == 0.7);
    }
  }

  private static void patch(ManagerProcess manager, String patch) throws Exception {
    long version = manager.service("stt-worker").getLong("version");
    assertThat(manager.patch("stt-worker", version, patch).statusCode()).isEqualTo(200);
  }
}
