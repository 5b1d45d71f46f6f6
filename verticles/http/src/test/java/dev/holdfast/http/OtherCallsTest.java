package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.SCHEMA;
import static dev.holdfast.http.HttpHarness.SCOPED;
import static dev.holdfast.http.HttpHarness.WRITER;
import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.settings.PutSchema;
import dev.holdfast.messages.settings.QueryHistory;
import dev.holdfast.messages.settings.RestoreHistory;
import dev.holdfast.messages.settings.SearchSettings;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OtherCallsTest {
  private static HttpHarness http;

  @BeforeAll
  static void start() throws Exception {
    http = new HttpHarness();
  }

  @AfterAll
  static void stop() {
    http.close();
  }

  @BeforeEach
  void forget() {
    http.rooms.asked.clear();
  }

  @Test
  void search_passesTheFiltersOnAndAnswersTheHits() throws Exception {
    HttpResponse<String> reply =
        http.json(
            "POST",
            "/api/config/search",
            SCOPED,
            "{\"query\":\"v\",\"service_filter\":\"free-form\",\"complexity_filter\":\"advanced\","
                + "\"type_filter\":\"float\",\"max_results\":7}");
    assertThat(body(reply))
        .isEqualTo(
            new JsonObject()
                .put("query", "v")
                .put(
                    "results",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .put("service", "stt-worker")
                                .put("key", "vad_threshold")
                                .put("value", 0.5)
                                .put("type", "float")
                                .put("complexity", "advanced")
                                .put("description", "How sure")
                                .put("is_secret", false)
                                .put("match_score", 1.0)))
                .put("total_count", 1));
    SearchSettings asked = (SearchSettings) http.rooms.asked.take();
    assertThat(asked.service()).isEqualTo("free-form");
    assertThat(asked.complexity()).isEqualTo(Complexity.ADVANCED);
    assertThat(asked.type()).isEqualTo(FieldType.FLOAT);
    assertThat(asked.maxResults()).isEqualTo(7);
    assertThat(asked.caller().scope()).isEqualTo(Set.of("free-form", "other"));
  }

  @Test
  void search_withoutFilters_asksForFifty() throws Exception {
    http.json("POST", "/api/config/search", READER, "{\"query\":\"v\",\"service_filter\":null}");
    SearchSettings asked = (SearchSettings) http.rooms.asked.take();
    assertThat(asked.maxResults()).isEqualTo(50);
    assertThat(asked.service()).isNull();
    assertThat(asked.caller().scope()).isNull();
  }

  @Test
  void history_passesTheFiltersOnAndAnswersTheEntries() throws Exception {
    HttpResponse<String> reply =
        http.get(
            "/api/config/history?service=stt-worker&key=vad_threshold&limit=5&before=9"
                + "&start_date=2026-01-01T00:00:00Z&end_date=2026-12-01T00:00:00%2B01:00",
            READER);
    assertThat(body(reply))
        .isEqualTo(
            new JsonObject()
                .put(
                    "entries",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .put("id", 5)
                                .put("service", "stt-worker")
                                .put("key", "vad_threshold")
                                .putNull("old_value")
                                .put("new_value", 0.5)
                                .put("changed_at", "2026-11-22T10:15:30.123456+00:00")
                                .put("changed_by", "ops")
                                .put("change_reason", "because")))
                .put("total_returned", 1));
    QueryHistory asked = (QueryHistory) http.rooms.asked.take();
    assertThat(asked.service()).isEqualTo("stt-worker");
    assertThat(asked.key()).isEqualTo("vad_threshold");
    assertThat(asked.limit()).isEqualTo(5);
    assertThat(asked.before()).isEqualTo(9);
    assertThat(asked.from()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(asked.to()).isEqualTo(Instant.parse("2026-11-30T23:00:00Z"));
  }

  @Test
  void history_timeThatIsNone_fails400() throws Exception {
    problem(http.get("/api/config/history?start_date=2026-02-30T00:00:00Z", READER), 400);
    problem(http.get("/api/config/history?start_date=yesterday", READER), 400);
  }

  @Test
  void restore_answersTheKeys() throws Exception {
    HttpResponse<String> reply =
        http.json(
            "POST",
            "/api/config/history/restore",
            WRITER,
            "{\"service\":\"stt-worker\",\"history_entries\":[5,7]}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    assertThat(body(reply).getJsonArray("keys_restored"))
        .isEqualTo(new JsonArray().add("vad_threshold"));
    assertThat(body(reply).getString("service")).isEqualTo("stt-worker");
    long version = body(reply).getLong("new_version");
    assertThat(body(http.get("/api/config/services/stt-worker", READER)).getLong("version"))
        .isEqualTo(version);
    assertThat(((RestoreHistory) http.rooms.asked.take()).entries()).isEqualTo(List.of(5L, 7L));
  }

  @Test
  void schemas_areListedWithinTheScope() throws Exception {
    JsonObject all = body(http.get("/api/config/schemas", READER));
    assertThat(all.getLong("schema_version")).isEqualTo(4);
    assertThat(all.getString("model_hash")).hasSize(64);
    assertThat(all.getJsonArray("schemas").getJsonObject(1))
        .isEqualTo(
            new JsonObject()
                .put("service", "stt-worker")
                .put("origin", "shipped")
                .put("schema", new JsonObject().put("type", "object")));
    assertThat(body(http.get("/api/config/schemas", SCOPED)).getJsonArray("schemas")).hasSize(1);
  }

  @Test
  void schema_oneAndNone() throws Exception {
    assertThat(body(http.get("/api/config/schemas/free-form", READER)).getString("origin"))
        .isEqualTo("untyped");
    problem(http.get("/api/config/schemas/nobody", READER), 404);
  }

  @Test
  void putSchema_withSchemaRoleInScope_isPassedOn() throws Exception {
    HttpResponse<String> reply =
        http.json("PUT", "/api/config/schemas/free-form", SCHEMA, "{\"type\":\"object\"}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    assertThat(((PutSchema) http.rooms.asked.take()).document())
        .isEqualTo(Map.of("type", "object"));
    assertThat(
            body(http.get("/api/config/services/free-form", READER))
                .getJsonObject("config")
                .getBoolean("fresh"))
        .isTrue();
  }

  @Test
  void me_tellsNameRoleAndPermissions() throws Exception {
    assertThat(body(http.get("/api/config/me", WRITER)))
        .isEqualTo(
            new JsonObject()
                .put("name", "bob")
                .put("role", "config.write")
                .put("permissions", new JsonArray().add("config.read").add("config.write")));
    assertThat(body(http.get("/api/config/me", SCHEMA)).getJsonArray("scope"))
        .isEqualTo(new JsonArray().add("free-form"));
  }

  @Test
  void keys_needNoToken() throws Exception {
    assertThat(body(http.get("/api/config/keys", null)))
        .isEqualTo(
            new JsonObject()
                .put(
                    "keys",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .put("id", "0123")
                                .put("public_key", "-----BEGIN")
                                .put("algorithm", "Ed25519")
                                .put("signing", true)
                                .putNull("valid_from"))));
  }

  @Test
  void health_isAlwaysToldAndFollowsTheHealthRoom() throws Exception {
    JsonObject health = body(http.get("/api/config/health", null));
    assertThat(health.fieldNames())
        .containsExactly(
            "ok",
            "database_status",
            "operational_mode",
            "config_epoch",
            "schema_version",
            "lkg_cache_valid",
            "litestream_status",
            "last_backup",
            "event",
            "err");
    assertThat(http.get("/api/config/health", "unknown").statusCode()).isEqualTo(200);
    http.rooms.bus.publish(
        HealthRoutes.CHANGED,
        new HealthReport(
            false,
            "locked",
            "read-only-fallback",
            Fixtures.EPOCH,
            1,
            true,
            "disabled",
            Fixtures.AT,
            "database-locked",
            "busy"));
    boolean seen = false;
    for (int i = 0; i < 200 && !seen; i++) {
      JsonObject now = body(http.get("/api/config/health?detail=true", READER));
      seen = "read-only-fallback".equals(now.getString("operational_mode"));
      if (seen) {
        assertThat(now.getString("last_backup")).isEqualTo("2026-11-22T10:15:30.123456+00:00");
        assertThat(now.getJsonObject("detail").getJsonArray("causes")).hasSize(1);
        assertThat(now.getJsonObject("detail").getJsonArray("warnings").encode())
            .contains("weak")
            .doesNotContain("short");
      }
    }
    assertThat(seen).isTrue();
    http.rooms.bus.publish(HealthRoutes.CHANGED, Rooms.HEALTHY);
  }

  @Test
  void health_detail_needsAReader() throws Exception {
    for (String token : new String[] {null, "unknown", SCHEMA}) {
      HttpResponse<String> reply = http.get("/api/config/health?detail=true", token);
      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(body(reply).containsKey("detail")).isFalse();
    }
    assertThat(body(http.get("/api/config/health", READER)).containsKey("detail")).isFalse();
  }

  @Test
  void probes_andMetrics_needNoToken() throws Exception {
    assertThat(http.get("/health/live", null).statusCode()).isEqualTo(200);
    HttpResponse<String> ready = http.get("/health/ready", null);
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(body(ready).getString("status")).isEqualTo("UP");
    HttpResponse<String> metrics = http.get("/metrics", null);
    assertThat(metrics.body()).isEqualTo("# metrics of the test\n");
    assertThat(metrics.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
  }

  @Test
  void document_isServedAsItIsCheckedAgainst() throws Exception {
    HttpResponse<String> reply = http.get("/api/config/openapi.json", null);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo(ApiDocument.load().text());
    assertThat(body(reply).getString("openapi")).startsWith("3.1");
  }

  @Test
  void requests_areCountedByMethodAndStatus() throws Exception {
    double before = count("get", "4xx");
    http.get("/api/config/services/nobody", READER);
    assertThat(count("get", "4xx")).isEqualTo(before + 1);
    double reads = count("get", "2xx");
    http.get("/api/config/services/stt-worker", READER);
    assertThat(count("get", "2xx")).isEqualTo(reads + 1);
    assertThat(http.meters.get("holdfast.http.latency").timer().count()).isPositive();
  }

  private static double count(String method, String status) {
    return http.meters
        .get("holdfast.http.requests")
        .tag("method", method)
        .tag("status", status)
        .counter()
        .count();
  }
}
