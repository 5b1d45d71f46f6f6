package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that the environment holds over what is stored. */
class EnvironmentIT {
  private static final String STT = "stt-worker";
  private static final String TTS = "tts-worker";

  @TempDir Path folder;

  @Test
  void environment_bothSources_areTypedShownAndStandAboveTheStored() throws Exception {
    Tokens tokens = Tokens.write(folder, "config.secrets:theo@tts-worker");
    dotenv("VAD_THRESHOLD=0.1\nTTS_VOLUME_PERCENT=55\nTTS_STREAMING=true\nPIPER_VOICE=de_DE-eva\n");
    Map<String, String> process = new LinkedHashMap<>();
    process.put("VAD_THRESHOLD", "0.7");
    process.put("STT_WORKER_CHANNELS", "2");
    process.put("ELEVEN_API_KEY", "from-the-environment");
    try (ManagerProcess manager = ManagerProcess.start(folder, process)) {
      JsonObject stt = manager.service(STT);
      assertThat(stt.getLong("version")).isEqualTo(1);
      assertThat(stt.getJsonObject("config").getValue("vad_threshold"))
          .as("the process is stronger than .env")
          .isEqualTo(0.7);
      assertThat(stt.getJsonObject("config").getValue("channels")).isEqualTo(2);
      assertField(stt, "vad_threshold", "env", "VAD_THRESHOLD");
      assertField(stt, "channels", "env", "STT_WORKER_CHANNELS");
      assertField(stt, "vad_speech_pad_ms", "default", "VAD_SPEECH_PAD_MS");
      JsonObject tts = manager.service(TTS);
      JsonObject config = tts.getJsonObject("config");
      assertThat(config.getValue("volume_percent")).isEqualTo(55);
      assertThat(config.getValue("tts_streaming")).isEqualTo(true);
      assertThat(config.getValue("piper_voice")).isEqualTo("de_DE-eva");
      assertField(tts, "volume_percent", "env", "TTS_VOLUME_PERCENT");
      assertThat(config.getValue("eleven_api_key")).isEqualTo(Vault.MASK);
      assertField(tts, "eleven_api_key", "env", "ELEVEN_API_KEY");
      assertThat(Vault.config(manager, tokens.of("theo"), TTS).getString("eleven_api_key"))
          .isEqualTo("from-the-environment");
      HttpResponse<String> revealed =
          Vault.reveal(manager, manager.admin(), TTS, "eleven_api_key", "look");
      assertThat(Vault.ok(revealed).getString("value")).isEqualTo("from-the-environment");

      assertThat(stored(manager, STT).getValue("vad_threshold")).isEqualTo(0.5);
      assertThat(stored(manager, TTS).getValue("volume_percent")).isEqualTo(100);
      try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/#")) {
        await().until(() -> subscriber.version(STT) == 1 && subscriber.version(TTS) == 1);
        JsonObject heard = subscriber.message("system/config/" + TTS).getJsonObject("config");
        assertThat(heard.getValue("volume_percent")).isEqualTo(55);
        assertThat(heard.containsKey("eleven_api_key")).isFalse();
      }
      writes(manager);
    }
  }

  private static void writes(ManagerProcess manager) throws Exception {
    refused("VAD_THRESHOLD", manager.patch(STT, 1, "{\"vad_threshold\":0.6}"));
    refused("VAD_THRESHOLD", manager.patch(STT, 1, "{\"vad_threshold\":null}"));
    refused("VAD_THRESHOLD", put(manager, STT, 1, "{\"vad_threshold\":0.6}"));
    refused("ELEVEN_API_KEY", manager.patch(TTS, 1, "{\"eleven_api_key\":\"another\"}"));
    refused("ELEVEN_API_KEY", manager.patch(TTS, 1, "{\"eleven_api_key\":null}"));
    refused("ELEVEN_API_KEY", Vault.put(manager, TTS, "eleven_api_key", "another"));
    refused("ELEVEN_API_KEY", Vault.delete(manager, TTS, "eleven_api_key"));
    Vault.ok(manager.patch(STT, 1, "{\"vad_threshold\":0.70,\"channels\":2.0}"));
    Vault.ok(manager.patch(TTS, 1, "{\"eleven_api_key\":\"********\"}"));
    Vault.ok(Vault.put(manager, TTS, "eleven_api_key", "from-the-environment"));
    assertThat(Vault.version(manager, STT)).as("the value it has").isEqualTo(1);
    assertThat(Vault.version(manager, TTS)).as("the value it has").isEqualTo(1);
    JsonObject whole = manager.service(STT).getJsonObject("config").put("sample_rate", 8000);
    Vault.ok(put(manager, STT, 1, whole.encode()));
    Vault.ok(put(manager, STT, 2, "{\"sample_rate\":8000,\"vad_speech_pad_ms\":10}"));
    JsonObject after = manager.service(STT);
    assertThat(after.getLong("version")).isEqualTo(3);
    assertThat(after.getJsonObject("config").getValue("vad_threshold")).isEqualTo(0.7);
    assertField(after, "vad_threshold", "env", "VAD_THRESHOLD");
    assertThat(stored(manager, STT).getValue("vad_threshold")).isEqualTo(0.5);
  }

  @Test
  void restart_otherEnvironment_isAVersionAndTheSameIsNone() throws Exception {
    Tokens tokens = Tokens.write(folder, "config.secrets:theo@tts-worker");
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      Vault.ok(manager.patch(STT, 1, "{\"vad_threshold\":0.2}"));
      Vault.ok(Vault.put(manager, TTS, "eleven_api_key", "stored"));
      manager.terminate();

      manager.environment().put("VAD_THRESHOLD", "0.7");
      manager.environment().put("ELEVEN_API_KEY", "held");
      manager.startAgain();
      assertState(manager, 3, 0.7, "env");
      assertThat(Vault.version(manager, TTS)).isEqualTo(3);
      assertThat(Vault.config(manager, tokens.of("theo"), TTS).getString("eleven_api_key"))
          .isEqualTo("held");
      assertThat(Vault.version(manager, "router")).as("of no concern to it").isEqualTo(1);
      try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/" + STT)) {
        await().until(() -> subscriber.version(STT) == 3);
      }
      manager.terminate();

      manager.startAgain();
      assertState(manager, 3, 0.7, "env");
      assertThat(Vault.version(manager, TTS)).isEqualTo(3);
      manager.terminate();

      manager.environment().put("ELEVEN_API_KEY", "held otherwise");
      manager.startAgain();
      assertThat(Vault.version(manager, TTS)).as("the mask is the same").isEqualTo(4);
      assertThat(Vault.version(manager, STT)).isEqualTo(3);
      manager.terminate();

      manager.environment().keySet().removeAll(java.util.Set.of("VAD_THRESHOLD", "ELEVEN_API_KEY"));
      manager.startAgain();
      assertState(manager, 4, 0.2, "database");
      assertThat(Vault.config(manager, tokens.of("theo"), TTS).getString("eleven_api_key"))
          .as("what is stored outlives what stood over it")
          .isEqualTo("stored");
    }
  }

  private static void assertState(
      ManagerProcess manager, long version, double threshold, String source) throws Exception {
    JsonObject service = manager.service(STT);
    assertThat(service.getLong("version")).isEqualTo(version);
    assertThat(service.getJsonObject("config").getDouble("vad_threshold")).isEqualTo(threshold);
    assertField(service, "vad_threshold", source, "VAD_THRESHOLD");
  }

  @Test
  void start_malformedValue_isRefusedWithTheVariableButNotTheValue() throws Exception {
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("VAD_THRESHOLD", "canary-loud");
    bad.put("TTS_VOLUME_PERCENT", "90071992547409931");
    bad.put("WHISPER_MODEL", "canary-huge");
    bad.put("STT_WORKER_STREAMING_PARTIALS", "canary-yes");
    ManagerProcess manager = ManagerProcess.prepare(folder, bad);
    manager.launch();
    assertThat(manager.awaitExit()).isEqualTo(78);
    String log = ManagerProcess.text(manager.log());
    assertThat(log).contains("Not started").contains(bad.keySet()).contains("(expected: ");
    assertThat(log + ManagerProcess.text(manager.out()))
        .doesNotContain("canary")
        .doesNotContain("90071992547409931")
        .doesNotContain("\tat ");
  }

  @Test
  void start_malformedValueInDotenv_isRefusedTheSame() throws Exception {
    dotenv("ROUTER_STREAM_MIN_CHARS=canary\n");
    ManagerProcess manager = ManagerProcess.prepare(folder, Map.of());
    manager.launch();
    assertThat(manager.awaitExit()).isEqualTo(78);
    assertThat(ManagerProcess.text(manager.log()))
        .contains("ROUTER_STREAM_MIN_CHARS")
        .doesNotContain("canary");
  }

  @Test
  void schema_overRest_drawsOnNothing() throws Exception {
    Map<String, String> process = Map.of("GATE_PIN", "1234", "OTHER_PIN", "5678");
    try (ManagerProcess manager = ManagerProcess.start(folder, process)) {
      String schema =
          "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
              + "\"additionalProperties\":false,\"properties\":{"
              + "\"pin\":{\"type\":\"string\",\"default\":\"none\",\"description\":\"One\"},"
              + "\"second\":{\"type\":\"string\",\"default\":\"none\",\"description\":\"Two\","
              + "\"x-env\":\"OTHER_PIN\"}}}";
      String path = "/api/config/schemas/gate";
      Vault.ok(manager.call("PUT", path, manager.admin(), schema));
      assertThat(manager.service("gate").getJsonObject("config"))
          .isEqualTo(new JsonObject().put("pin", "none").put("second", "none"));
      for (String own : new String[] {"CONFIG_MASTER_KEY_BASE64", "LKG_X", "MQTT_URL"}) {
        String stealing = schema.replace("OTHER_PIN", own);
        assertThat(manager.call("PUT", path, manager.admin(), stealing).statusCode())
            .as(own)
            .isEqualTo(422);
      }
    }
  }

  private void dotenv(String lines) throws Exception {
    Files.writeString(
        folder.resolve(".env"), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static HttpResponse<String> put(
      ManagerProcess manager, String service, long version, String config) throws Exception {
    return manager.call(
        "PUT",
        "/api/config/services/" + service,
        manager.admin(),
        "{\"version\":" + version + ",\"config\":" + config + "}");
  }

  private static void refused(String variable, HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
    assertThat(response.body()).contains(variable).doesNotContain("from-the-environment");
  }

  private static JsonObject stored(ManagerProcess manager, String service) throws Exception {
    return new JsonObject(
        Vault.select(
                manager.data("config.db"),
                "SELECT config_json FROM service_configs WHERE service = '" + service + "'")
            .get(0));
  }

  private static void assertField(JsonObject service, String key, String source, String variable) {
    for (Object entry : service.getJsonArray("fields")) {
      JsonObject field = (JsonObject) entry;
      if (field.getString("key").equals(key)) {
        assertThat(field.getString("source")).as(key).isEqualTo(source);
        assertThat(field.getString("env_var")).as(key).isEqualTo(variable);
        return;
      }
    }
    throw new AssertionError(key);
  }
}
