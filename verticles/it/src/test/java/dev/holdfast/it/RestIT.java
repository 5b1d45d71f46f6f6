package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestIT {
  private static final String SERVICES = "/api/config/services/";

  @TempDir static Path folder;
  private static ManagerProcess manager;

  @BeforeAll
  static void start() throws Exception {
    manager = ManagerProcess.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // method | path | body | none | read | write
        "GET|/api/config/health||200|200|200",
        "GET|/health/live||200|200|200",
        "GET|/health/ready||200|200|200",
        "GET|/metrics||200|200|200",
        "GET|/api/config/openapi.json||200|200|200",
        "GET|/api/config/keys||200|200|200",
        "GET|/api/config/me||401|200|200",
        "GET|/api/config/services||401|200|200",
        "GET|/api/config/services/router||401|200|200",
        "GET|/api/config/services/router?include_fields=false||401|200|200",
        "GET|/api/config/services/nobody||401|404|404",
        "GET|/api/config/services/No_Body||401|400|400",
        "GET|/api/config/services/router?include_fields=maybe||401|400|400",
        "GET|/api/config/services/router?unknown=1||401|400|400",
        "PUT|/api/config/services/router|{\"version\":99,\"config\":{}}|401|403|409",
        "PUT|/api/config/services/router|{\"config\":{}}|401|403|428",
        "PUT|/api/config/services/router|{\"version\":1,\"config\":{\"no_such\":1}}|401|403|422",
        "PUT|/api/config/services/router|{\"version\":1}|401|403|400",
        "PUT|/api/config/services/router|{\"version\":\"1\",\"config\":{}}|401|403|400",
        "PUT|/api/config/services/router|{\"version\":1,\"config\":{},\"more\":1}|401|403|400",
        "PUT|/api/config/services/router|{\"version\":1,\"service\":\"camera\",\"config\":{}}|401|403|400",
        "PUT|/api/config/services/nobody|{\"version\":0,\"config\":{}}|401|403|422",
        "PUT|/api/config/services/nobody|{\"version\":3,\"config\":{}}|401|403|404",
        "PATCH|/api/config/services/router|{}|401|403|428",
        "PATCH|/api/config/services/router?version=99|{}|401|403|409",
        "PATCH|/api/config/services/router?version=x|{}|401|403|400",
        "PATCH|/api/config/services/nobody?version=1|{}|401|403|404",
        "DELETE|/api/config/services/router||401|403|428",
        "DELETE|/api/config/services/router?version=99||401|403|409",
        "DELETE|/api/config/services/nobody?version=1||401|403|404",
        "POST|/api/config/search|{\"query\":\"vad\"}|401|200|200",
        "POST|/api/config/search|{\"query\":\"\"}|401|400|400",
        "POST|/api/config/search|{}|401|400|400",
        "POST|/api/config/search|{\"query\":\"v\",\"max_results\":201}|401|400|400",
        "POST|/api/config/search|{\"query\":\"v\",\"type_filter\":\"number\"}|401|400|400",
        "GET|/api/config/history||401|200|200",
        "GET|/api/config/history?limit=1001||401|400|400",
        "GET|/api/config/history?limit=0||401|400|400",
        "GET|/api/config/history?start_date=yesterday||401|400|400",
        "GET|/api/config/history?service=../x||401|400|400",
        "POST|/api/config/history/restore|{\"service\":\"router\",\"history_entries\":[999999]}|401|403|404",
        "POST|/api/config/history/restore|{\"service\":\"router\",\"history_entries\":[]}|401|403|400",
        "GET|/api/config/schemas||401|200|200",
        "GET|/api/config/schemas/router||401|200|200",
        "GET|/api/config/schemas/nobody||401|404|404",
        "PUT|/api/config/schemas/typo|{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"minumum\":1}}}|401|403|422",
        "GET|/api/config/nothing||404|404|404",
        "GET|/nothing||404|404|404",
        "POST|/api/config/services/router|{}|405|405|405",
        "DELETE|/api/config/history||405|405|405",
      })
  void call_eachKindOfToken_hasTheStatusOfTheContract(
      String method, String path, String body, int none, int read, int write) throws Exception {
    assertThat(status(method, path, null, body)).as("no token").isEqualTo(none);
    assertThat(status(method, path, manager.reader(), body)).as("read").isEqualTo(read);
    assertThat(status(method, path, manager.admin(), body)).as("write").isEqualTo(write);
  }

  private static int status(String method, String path, String token, String body)
      throws Exception {
    HttpResponse<String> response = manager.call(method, path, token, body);
    assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
    if (response.statusCode() >= 400) {
      JsonObject problem = new JsonObject(response.body());
      assertThat(response.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
      assertThat(problem.getInteger("status")).isEqualTo(response.statusCode());
      assertThat(problem.getString("title")).isNotBlank();
      assertThat(problem.getString("detail")).isNotBlank();
      if (response.statusCode() == 409) {
        assertThat(problem.getLong("current_version")).isPositive();
      }
      if (response.statusCode() == 422) {
        assertThat(problem.getJsonArray("errors")).isNotEmpty();
      }
      if (response.statusCode() == 405) {
        assertThat(response.headers().firstValue("Allow")).isPresent();
      }
    }
    return response.statusCode();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"vad_threshold\":1.4}|vad_threshold: 1.4 (expected: 0.0 to 1.0)",
        "{\"vad_speech_pad_ms\":1001}|vad_speech_pad_ms: 1001 (expected: 0 to 1000)",
        "{\"vad_speech_pad_ms\":1.5}|vad_speech_pad_ms: 1.5 (expected: an integer, 0 to 1000)",
        "{\"vad_speech_pad_ms\":\"1\"}|vad_speech_pad_ms: \"1\" (expected: an integer, 0 to 1000)",
        "{\"sample_rate\":0}|sample_rate: 0 (expected: > 0)",
        "{\"ws_url\":\"http://x\"}|ws_url: \"http://x\" (expected: ws:// or wss://)",
        "{\"streaming_partials\":\"true\"}|streaming_partials: \"true\" (expected: true or false)",
      })
  void patch_badValue_saysTheLegalForm(String patch, String message) throws Exception {
    HttpResponse<String> response = manager.patch("stt-worker", current("stt-worker"), patch);
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(messages(response)).containsExactly(message);
  }

  @Test
  void patch_manyBadValues_areAllSaidAtOnce() throws Exception {
    HttpResponse<String> response =
        manager.patch(
            "stt-worker",
            current("stt-worker"),
            "{\"vad_threshold\":-1,\"channels\":3,\"whisper_model\":\"huge\",\"nope\":1}");
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(messages(response)).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"vad_threshold\":NaN}",
        "{\"vad_threshold\":1e999}",
        "{\"channels\":1,\"channels\":2}",
        "{\"channels\":1",
        "[]",
        "",
        "{\"channels\":1}x",
        "\ufeff{}",
        "{\"a\":\"\\ud800\"}",
      })
  void patch_notStrictJson_isRefused(String body) throws Exception {
    assertThat(manager.patch("stt-worker", current("stt-worker"), body).statusCode())
        .isEqualTo(400);
  }

  @Test
  void patch_numbersOfTheSameValue_areTheSame() throws Exception {
    long version = current("stt-worker");
    HttpResponse<String> response =
        manager.patch("stt-worker", version, "{\"vad_speech_pad_ms\":450.0,\"vad_threshold\":1}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonObject config = manager.service("stt-worker").getJsonObject("config");
    assertThat(config.getValue("vad_speech_pad_ms")).isEqualTo(450);
    assertThat(config.getDouble("vad_threshold")).isEqualTo(1.0);
    HttpResponse<String> again =
        manager.patch(
            "stt-worker", version + 1, "{\"vad_speech_pad_ms\":450,\"vad_threshold\":1.0}");
    assertThat(new JsonObject(again.body()).getLong("version"))
        .as("no change")
        .isEqualTo(version + 1);
  }

  @Test
  void put_whole_returnsWhatIsAbsentToItsDefault() throws Exception {
    long version = current("tts-worker");
    put("tts-worker", version, "{\"volume_percent\":50,\"tts_streaming\":true}", 200);
    put("tts-worker", version + 1, "{\"volume_percent\":60}", 200);
    JsonObject service = manager.service("tts-worker");
    assertThat(service.getJsonObject("config").getInteger("volume_percent")).isEqualTo(60);
    assertThat(service.getJsonObject("config").getBoolean("tts_streaming")).isFalse();
    assertThat(field(service, "volume_percent").getString("source")).isEqualTo("database");
    assertThat(field(service, "tts_streaming").getString("source")).isEqualTo("default");
    assertThat(field(service, "eleven_api_key").getBoolean("is_secret")).isTrue();
  }

  @Test
  void put_dryRun_tellsTheDifferenceAndChangesNothing() throws Exception {
    long version = current("memory-worker");
    HttpResponse<String> response =
        manager.call(
            "PUT",
            SERVICES + "router?dry_run=true",
            manager.admin(),
            "{\"version\":" + current("router") + ",\"config\":{\"router_wake_window_sec\":20}}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).contains("router_wake_window_sec").contains("20");
    assertThat(
            manager.service("router").getJsonObject("config").getDouble("router_wake_window_sec"))
        .isNotEqualTo(20.0);
    assertThat(current("memory-worker")).isEqualTo(version);
  }

  @Test
  void get_entityTag_savesTheBodyAndGuardsTheChange() throws Exception {
    HttpResponse<String> first = manager.get(SERVICES + "wake-activation");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    assertThat(conditional("GET", "If-None-Match", tag, null).statusCode()).isEqualTo(304);
    assertThat(conditional("GET", "If-None-Match", "\"other\", " + tag, null).statusCode())
        .isEqualTo(304);
    assertThat(conditional("GET", "If-None-Match", "\"other\"", null).statusCode()).isEqualTo(200);
    String patch = booleanPatch(new JsonObject(first.body()));
    assertThat(conditional("PATCH", "If-Match", "\"other\"", patch).statusCode()).isEqualTo(412);
    assertThat(conditional("PATCH", "If-Match", tag, patch).statusCode()).isEqualTo(200);
    assertThat(conditional("PATCH", "If-Match", tag, patch).statusCode()).isEqualTo(412);
    assertThat(conditional("GET", "If-None-Match", tag, null).statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> conditional(
      String method, String header, String tag, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(manager.uri(SERVICES + "wake-activation"))
            .header("Authorization", "Bearer " + manager.admin())
            .header(header, tag)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/merge-patch+json");
    }
    return manager.send(request);
  }

  @Test
  void write_thenRead_seesItEveryTime() throws Exception {
    for (int i = 0; i < 50; i++) {
      long version = current("llm-worker");
      String patch = numberPatch(manager.service("llm-worker"), i);
      HttpResponse<String> response = manager.patch("llm-worker", version, patch);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(current("llm-worker"))
          .isEqualTo(new JsonObject(response.body()).getLong("version"));
    }
  }

  @Test
  void search_scores_areInOrder() throws Exception {
    JsonObject found = search(Map.of("query", "VAD_threshold"));
    JsonObject best = found.getJsonArray("results").getJsonObject(0);
    assertThat(best.getString("key")).isEqualTo("vad_threshold");
    assertThat(best.getDouble("match_score")).isEqualTo(1.0);
    assertThat(best.fieldNames())
        .containsExactlyInAnyOrder(
            "service",
            "key",
            "value",
            "type",
            "complexity",
            "description",
            "is_secret",
            "match_score");
    JsonObject one = search(Map.of("query", "v", "max_results", 3));
    assertThat(one.getJsonArray("results")).hasSize(3);
    assertThat(one.getLong("total_count")).isGreaterThan(3);
    JsonObject filtered =
        search(Map.of("query", "e", "service_filter", "router", "type_filter", "boolean"));
    assertThat(filtered.getJsonArray("results"))
        .isNotEmpty()
        .allMatch(hit -> ((JsonObject) hit).getString("service").equals("router"))
        .allMatch(hit -> ((JsonObject) hit).getString("type").equals("boolean"));
    assertThat(search(Map.of("query", "%")).getJsonArray("results"))
        .allMatch(hit -> hit.toString().contains("%"));
    JsonArray secrets = search(Map.of("query", "eleven_api_key")).getJsonArray("results");
    assertThat(secrets.getJsonObject(0).getBoolean("is_secret")).isTrue();
    assertThat(secrets.getJsonObject(0).getValue("value")).isNull();
  }

  @Test
  void restore_entries_goBackToTheirOldValues() throws Exception {
    long version = current("camera");
    JsonObject before = manager.service("camera").getJsonObject("config");
    HttpResponse<String> changed =
        manager.call(
            "PATCH",
            SERVICES + "camera?version=" + version + "&reason=try%20it",
            manager.admin(),
            booleanPatch(manager.service("camera")));
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    JsonArray entries =
        new JsonObject(manager.get("/api/config/history?service=camera").body())
            .getJsonArray("entries");
    assertThat(entries.getJsonObject(0).getString("change_reason")).isEqualTo("try it");
    assertThat(entries.getJsonObject(0).fieldNames())
        .containsExactlyInAnyOrder(
            "id",
            "service",
            "key",
            "old_value",
            "new_value",
            "changed_at",
            "changed_by",
            "change_reason");
    HttpResponse<String> restored =
        manager.call(
            "POST",
            "/api/config/history/restore",
            manager.admin(),
            new JsonObject()
                .put("service", "camera")
                .put("history_entries", new JsonArray().add(entries.getJsonObject(0).getLong("id")))
                .encode());
    assertThat(restored.statusCode()).as(restored.body()).isEqualTo(200);
    JsonObject answer = new JsonObject(restored.body());
    assertThat(answer.getLong("new_version")).isEqualTo(version + 2);
    assertThat(manager.service("camera").getJsonObject("config")).isEqualTo(before);
  }

  @Test
  void schema_registered_isServedAndGuardsWhatIsStored() throws Exception {
    String path = "/api/config/schemas/my-service";
    String schema =
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
            + "\"additionalProperties\":false,\"properties\":{\"size\":{\"type\":\"integer\","
            + "\"minimum\":0,\"maximum\":MAX,\"default\":100,\"description\":\"How many\"}}}";
    HttpResponse<String> made =
        manager.call("PUT", path, manager.admin(), schema.replace("MAX", "1000"));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    assertThat(manager.service("my-service").getJsonObject("config").getInteger("size"))
        .isEqualTo(100);
    put("my-service", current("my-service"), "{\"size\":900}", 200);
    HttpResponse<String> breaking =
        manager.call("PUT", path, manager.admin(), schema.replace("MAX", "500"));
    assertThat(breaking.statusCode()).as(breaking.body()).isEqualTo(409);
    assertThat(breaking.body()).contains("size: 900");
    assertThat(manager.get(path).body()).contains("\"maximum\":1000");
  }

  @Test
  void body_tooLarge_isRefused() throws Exception {
    String body = "{\"version\":1,\"config\":{\"a\":\"" + "x".repeat(1 << 20) + "\"}}";
    putBody("router", body, 413);
  }

  @Test
  void contentType_other_isRefused() throws Exception {
    HttpResponse<String> response =
        manager.send(
            HttpRequest.newBuilder(manager.uri(SERVICES + "router"))
                .header("X-API-Token", manager.admin())
                .header("Content-Type", "text/plain")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"version\":1,\"config\":{}}")));
    assertThat(response.statusCode()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "%2e%2e",
        "%2E%2E%2Fetc",
        "router%2F..",
        "router%00",
        "router%0a",
        "ROUTER",
        "rou+ter",
        "rou%23ter",
        "rou%2bter",
        "%252e",
        "router;x",
        "router%20",
        "%ff",
        "%",
        "%zz",
        "a%",
        "-x",
      })
  void name_hostile_isRefusedAtTheDoor(String name) throws Exception {
    // By hand: the JDK's client does not send such paths.
    try (java.net.Socket socket =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), manager.port)) {
      String request =
          "GET "
              + SERVICES
              + name
              + " HTTP/1.1\r\nHost: x\r\nX-API-Token: "
              + manager.reader()
              + "\r\nConnection: close\r\n\r\n";
      socket
          .getOutputStream()
          .write(request.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
      String reply =
          new String(
              socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(reply).startsWith("HTTP/1.1 4").doesNotContain("\"config\"");
      assertThat(reply.substring(9, 12)).isIn("400", "404");
    }
  }

  @Test
  void metrics_scrape_hasWhatOperatorsLookFor() throws Exception {
    String text = manager.call("GET", "/metrics", null, null).body();
    for (String name :
        List.of(
            "holdfast_http_requests",
            "holdfast_storage_commit",
            "holdfast_storage_batch_size",
            "holdfast_storage_queue",
            "holdfast_storage_revision",
            "holdfast_mqtt_publish_lag",
            "holdfast_mqtt_outbox",
            "holdfast_sse_readers",
            "holdfast_lkg_age_seconds",
            "holdfast_lkg_revision")) {
      assertThat(text).contains(name);
    }
  }

  @Test
  void refusal_isInTheAccessLog() throws Exception {
    manager.call("PATCH", SERVICES + "router?version=1", manager.reader(), "{}");
    org.awaitility.Awaitility.await()
        .until(
            () -> {
              try (var connection =
                      java.sql.DriverManager.getConnection(
                          "jdbc:sqlite:file:" + manager.data("config.db") + "?mode=ro");
                  var row =
                      connection
                          .createStatement()
                          .executeQuery(
                              "SELECT count(*) FROM access_log WHERE success = 0"
                                  + " AND service = 'router' AND action LIKE 'PATCH%'")) {
                return row.next() && row.getInt(1) > 0;
              }
            });
  }

  private static long current(String service) throws Exception {
    return manager.service(service).getLong("version");
  }

  private static HttpResponse<String> put(String service, long version, String config, int status)
      throws Exception {
    return putBody(service, "{\"version\":" + version + ",\"config\":" + config + "}", status);
  }

  private static HttpResponse<String> putBody(String service, String body, int status)
      throws Exception {
    HttpResponse<String> response = manager.call("PUT", SERVICES + service, manager.admin(), body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return response;
  }

  private static JsonObject search(Map<String, Object> query) throws Exception {
    HttpResponse<String> response =
        manager.call(
            "POST", "/api/config/search", manager.reader(), new JsonObject(query).encode());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new JsonObject(response.body());
  }

  private static List<String> messages(HttpResponse<String> response) {
    return new JsonObject(response.body())
        .getJsonArray("errors").stream()
            .map(error -> ((JsonObject) error).getString("message"))
            .toList();
  }

  private static JsonObject field(JsonObject service, String key) {
    for (Object entry : service.getJsonArray("fields")) {
      if (((JsonObject) entry).getString("key").equals(key)) {
        return (JsonObject) entry;
      }
    }
    throw new AssertionError(key);
  }

  /** A patch that turns the first switch of a service over. */
  private static String booleanPatch(JsonObject service) {
    for (Object entry : service.getJsonArray("fields")) {
      JsonObject field = (JsonObject) entry;
      if (field.getString("type").equals("boolean")) {
        String key = field.getString("key");
        return new JsonObject().put(key, !service.getJsonObject("config").getBoolean(key)).encode();
      }
    }
    throw new AssertionError("no switch");
  }

  /** A patch that sets the first bounded integer of a service to its minimum plus {@code i}. */
  private static String numberPatch(JsonObject service, int i) {
    for (Object entry : service.getJsonArray("fields")) {
      JsonObject field = (JsonObject) entry;
      JsonObject bounds = field.getJsonObject("validation");
      if (field.getString("type").equals("integer")
          && bounds.getLong("max", 0L) - bounds.getLong("min", 0L) > 60) {
        return new JsonObject()
            .put(field.getString("key"), bounds.getLong("min", 0L) + i % 2 + 1)
            .encode();
      }
    }
    throw new AssertionError("no integer");
  }
}
