package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static dev.holdfast.http.SecretRooms.OPENER;
import static dev.holdfast.http.SecretRooms.READER;
import static dev.holdfast.http.SecretRooms.STRANGER;
import static dev.holdfast.http.SecretRooms.WRITER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.settings.PutConfig;
import dev.holdfast.messages.settings.ReadSecrets;
import dev.holdfast.model.SecretValue;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClearReadTest {
  private static final String TTS = "/api/config/services/tts-worker";
  private static final String BRIEF = TTS + "?include_fields=false";
  private HttpHarness http;
  private SecretRooms secrets;

  @BeforeEach
  void start() throws Exception {
    http = new HttpHarness(SecretRooms.OPTIONS);
    secrets = new SecretRooms(http.rooms);
    secrets.next();
    awaitVersion(6);
  }

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void get_byOthers_showsTheMaskOrNull() throws Exception {
    for (String token : new String[] {READER, WRITER}) {
      for (String path : new String[] {TTS, BRIEF, "/api/config/services/%74ts-worker"}) {
        HttpResponse<String> reply = http.get(path, token);
        assertThat(body(reply).getJsonObject("config"))
            .isEqualTo(
                new JsonObject()
                    .put("api_key", SecretValue.MASK)
                    .put("env.key", SecretValue.MASK)
                    .putNull("free_key")
                    .put("lost_key", SecretValue.MASK)
                    .put("volume", 70));
        assertThat(reply.headers().firstValue("cache-control")).contains("no-cache");
      }
    }
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void get_fields_tellTheSourceOfSecretsAndNoValue() throws Exception {
    Map<String, JsonObject> fields = new HashMap<>();
    body(http.get(TTS, READER))
        .getJsonArray("fields")
        .forEach(each -> fields.put(((JsonObject) each).getString("key"), (JsonObject) each));
    assertThat(fields.get("api_key").getString("source")).isEqualTo("database");
    assertThat(fields.get("env.key").getString("source")).isEqualTo("env");
    assertThat(fields.get("env.key").getString("env_var")).isEqualTo("TTS_ENV_KEY");
    assertThat(fields.get("free_key").getString("source")).isEqualTo("default");
    assertThat(fields.get("volume").getString("source")).isEqualTo("env");
    assertThat(fields.get("api_key").getValue("default")).isNull();
  }

  @Test
  void get_byOpener_showsTheValuesAndIsNotStored() throws Exception {
    secrets.faults = Map.of("lost_key", "unknown-key");
    for (String path : new String[] {TTS, BRIEF, "/api/config/services/%74ts-worker"}) {
      HttpResponse<String> reply = http.get(path, OPENER);
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
      assertThat(body(reply).getJsonObject("config"))
          .isEqualTo(
              new JsonObject()
                  .put("api_key", "clear-1")
                  .put("env.key", "clear \"2\"")
                  .putNull("free_key")
                  .put("lost_key", SecretValue.MASK)
                  .put("volume", 70));
      assertThat(body(reply).getJsonObject("secret_faults"))
          .isEqualTo(new JsonObject().put("lost_key", "unknown-key"));
      assertThat(body(reply).containsKey("fields")).isEqualTo(!path.equals(BRIEF));
      assertThat(reply.headers().allValues("cache-control")).containsExactly("no-store");
      assertThat(reply.headers().firstValue("content-type")).contains("application/json");
      ReadSecrets asked = (ReadSecrets) http.rooms.asked.take();
      assertThat(asked.service()).isEqualTo("tts-worker");
      assertThat(asked.caller().name()).isEqualTo("olga");
    }
    // The next reader, who may not, gets nothing of it.
    assertThat(http.get(TTS, READER).body()).doesNotContain("clear", "secret_faults");
  }

  @Test
  void get_byOpenerOfAnotherService_fails403() throws Exception {
    problem(http.get(TTS, STRANGER), 403);
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void get_serviceWithoutSecrets_isTheSameForAll() throws Exception {
    HttpResponse<String> reply = http.get("/api/config/services/free-form", OPENER);
    assertThat(reply.body()).isEqualTo(http.get("/api/config/services/free-form", READER).body());
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void get_serviceGoneMeanwhile_fails404() throws Exception {
    secrets.failing = BusFailure.of(FailureCode.NOT_FOUND, "gone meanwhile");
    problem(http.get(TTS, OPENER), 404);
  }

  @Test
  void get_settingsAway_fails503AndNeverFallsBackToTheMask() throws Exception {
    secrets.failing = BusFailure.of(FailureCode.UNAVAILABLE, "not now");
    problem(http.get(TTS, OPENER), 503);
    assertThat(http.get(TTS, READER).statusCode()).isEqualTo(200);
  }

  @Test
  void head_answersTheHeadersOfGet() throws Exception {
    HttpResponse<String> get = http.get(TTS, OPENER);
    HttpResponse<String> head =
        http.send(http.request(TTS, OPENER).method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    for (String name : new String[] {"content-length", "etag", "cache-control"}) {
      assertThat(head.headers().firstValue(name)).isEqualTo(get.headers().firstValue(name));
    }
  }

  @Test
  void tag_isAnotherThanTheMaskedOneAndNoDigestOfTheSecret() throws Exception {
    String masked = tag(http.get(TTS, READER));
    String clear = tag(http.get(TTS, OPENER));
    String brief = tag(http.get(BRIEF, OPENER));
    assertThat(clear).isNotEqualTo(masked).isNotEqualTo(brief).matches("\"6-[0-9a-f]{16}-clear\"");
    assertThat(brief).isNotEqualTo(tag(http.get(BRIEF, READER)));
    // The same state with another value (which cannot be) has the same tag: it tells nothing.
    secrets.values = Map.of("api_key", "another");
    assertThat(tag(http.get(TTS, OPENER))).isEqualTo(clear);
    secrets.next();
    assertThat(tag(http.get(TTS, OPENER))).isNotEqualTo(clear);
  }

  @Test
  void get_heldTag_answers304() throws Exception {
    String clear = tag(http.get(TTS, OPENER));
    http.rooms.asked.clear();
    HttpResponse<String> held = held(OPENER, clear);
    assertThat(held.statusCode()).isEqualTo(304);
    assertThat(held.body()).isEmpty();
    assertThat(held.headers().firstValue("etag")).contains(clear);
    assertThat(held.headers().allValues("cache-control")).containsExactly("no-store");
    // Nothing was shown, so nothing was opened.
    assertThat(http.rooms.asked).isEmpty();
    String masked = tag(http.get(TTS, READER));
    assertThat(held(OPENER, masked).statusCode()).isEqualTo(200);
    assertThat(held(READER, clear).statusCode()).isEqualTo(200);
    assertThat(held(READER, masked).statusCode()).isEqualTo(304);
  }

  @Test
  void get_heldTagOfAFault_answers304UntilItIsMended() throws Exception {
    secrets.faults = Map.of("lost_key", "unknown-key");
    String faulty = tag(http.get(TTS, OPENER));
    assertThat(held(OPENER, faulty).statusCode()).isEqualTo(304);
    secrets.faults = Map.of();
    assertThat(held(OPENER, faulty).statusCode()).isEqualTo(200);
  }

  @Test
  void get_settingsAheadOfTheReadModel_answersTheNewerState() throws Exception {
    http.rooms.announce(SecretRooms.snapshot(3, 300));
    awaitVersion(3);
    HttpResponse<String> reply = http.get(TTS, OPENER);
    assertThat(body(reply).getInteger("version")).isEqualTo(6);
    assertThat(tag(reply)).startsWith("\"6-");
  }

  @Test
  void put_eitherTag_standsForTheVersion() throws Exception {
    secrets.faults = Map.of("lost_key", "unknown-key");
    for (String token : new String[] {READER, OPENER}) {
      for (String path : new String[] {TTS, BRIEF}) {
        String tag = tag(http.get(path, token));
        http.rooms.asked.clear();
        HttpResponse<String> reply =
            http.json("PUT", TTS + "?dry_run=true", WRITER, "{\"config\":{}}", "If-Match", tag);
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
        assertThat(((PutConfig) http.rooms.asked.take()).expectedVersion()).isEqualTo(6);
      }
    }
    String stale = tag(http.get(TTS, OPENER));
    secrets.next();
    awaitVersion(7);
    problem(http.json("PUT", TTS, WRITER, "{\"config\":{}}", "If-Match", stale), 412);
    problem(http.json("PUT", TTS, WRITER, "{\"config\":{}}", "If-Match", "W/" + stale), 412);
  }

  @Test
  void put_secretsInTheBody_goToSettingsAsTheyAre() throws Exception {
    String config = "{\"api_key\":\"********\",\"env.key\":\"clear-2\",\"free_key\":null}";
    http.json("PUT", TTS, WRITER, "{\"version\":6,\"config\":" + config + "}");
    PutConfig asked = (PutConfig) http.rooms.asked.take();
    assertThat(asked.config())
        .containsEntry("api_key", SecretValue.MASK)
        .containsEntry("env.key", "clear-2")
        .containsEntry("free_key", null);
  }

  /** Waits until the read model holds that version. */
  private void awaitVersion(int version) throws Exception {
    boolean seen = false;
    for (int i = 0; i < 500 && !seen; i++) {
      HttpResponse<String> reply = http.get(TTS, READER);
      seen = reply.statusCode() == 200 && body(reply).getInteger("version") == version;
    }
    assertThat(seen).isTrue();
  }

  private HttpResponse<String> held(String token, String tag) throws Exception {
    return http.send(http.request(TTS, token).header("If-None-Match", tag));
  }

  private static String tag(HttpResponse<String> reply) {
    return reply.headers().firstValue("etag").orElseThrow();
  }
}
