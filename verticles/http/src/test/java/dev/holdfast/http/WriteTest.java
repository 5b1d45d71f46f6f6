package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.WRITER;
import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.DeleteService;
import dev.holdfast.messages.settings.PatchConfig;
import dev.holdfast.messages.settings.PutConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WriteTest {
  private static final String STT = "/api/config/services/stt-worker";
  private static final String PUT = "{\"config\":{\"vad_threshold\":0.6},\"version\":3}";
  private HttpHarness http;

  @BeforeEach
  void start() throws Exception {
    http = new HttpHarness();
  }

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void put_currentVersion_answersTheNewStateAndItsTag() throws Exception {
    HttpResponse<String> reply =
        http.json(
            "PUT",
            STT,
            WRITER,
            "{\"service\":\"stt-worker\",\"config\":{\"vad_threshold\":0.6},\"version\":3,"
                + "\"reason\":\"why\"}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    assertThat(body(reply))
        .isEqualTo(
            new JsonObject()
                .put("success", true)
                .put("version", 4)
                .put("config_epoch", Fixtures.EPOCH)
                .put("message", "done"));
    HttpResponse<String> read = http.get(STT, READER);
    assertThat(read.headers().firstValue("etag")).isEqualTo(reply.headers().firstValue("etag"));
    PutConfig asked = (PutConfig) http.rooms.asked.take();
    assertThat(asked.config()).isEqualTo(Map.of("vad_threshold", 0.6));
    assertThat(asked.expectedVersion()).isEqualTo(3);
    assertThat(asked.reason()).isEqualTo("why");
    assertThat(asked.caller().name()).isEqualTo("bob");
    assertThat(asked.caller().requestId())
        .isEqualTo(reply.headers().firstValue("x-request-id").orElseThrow());
  }

  @Test
  void put_dryRun_answersTheDifferencesAndChangesNothing() throws Exception {
    HttpResponse<String> reply = http.json("PUT", STT + "?dry_run=true", WRITER, PUT);
    assertThat(body(reply).getJsonArray("diff"))
        .isEqualTo(
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("key", "vad_threshold")
                        .putNull("old_value")
                        .put("new_value", 0.6)));
    assertThat(body(http.get(STT, READER)).getInteger("version")).isEqualTo(3);
  }

  @Test
  void put_untyped_isPassedOn() throws Exception {
    String body = "{\"config\":{\"a\":1},\"version\":0}";
    http.json("PUT", "/api/config/services/new-one?untyped=true", WRITER, body);
    assertThat(((PutConfig) http.rooms.asked.take()).untyped()).isTrue();
    http.json("PUT", "/api/config/services/new-two", WRITER, body);
    assertThat(((PutConfig) http.rooms.asked.take()).untyped()).isFalse();
  }

  @Test
  void change_withoutVersionOrTag_fails428() throws Exception {
    problem(http.json("PUT", STT, WRITER, "{\"config\":{}}"), 428);
    problem(http.json("PATCH", STT, WRITER, "{}"), 428);
    problem(http.send(http.request(STT, WRITER).DELETE()), 428);
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void change_staleVersion_fails409WithCurrentVersion() throws Exception {
    String stale = "{\"config\":{},\"version\":2}";
    assertThat(current(problem(http.json("PUT", STT, WRITER, stale), 409))).isEqualTo(3);
    assertThat(current(problem(http.json("PATCH", STT + "?version=2", WRITER, "{}"), 409)))
        .isEqualTo(3);
    assertThat(current(problem(http.send(http.request(STT + "?version=2", WRITER).DELETE()), 409)))
        .isEqualTo(3);
    String create = "{\"config\":{},\"version\":0}";
    assertThat(current(problem(http.json("PUT", STT, WRITER, create), 409))).isEqualTo(3);
  }

  @Test
  void change_ofNothing_fails404() throws Exception {
    problem(http.json("PATCH", "/api/config/services/nobody?version=1", WRITER, "{}"), 404);
  }

  @Test
  void put_currentTag_standsForTheVersion() throws Exception {
    for (String query : new String[] {"", "?include_fields=false"}) {
      String tag = http.get(STT + query, READER).headers().firstValue("etag").orElseThrow();
      HttpResponse<String> reply =
          http.json("PUT", STT, WRITER, "{\"config\":{}}", "If-Match", tag);
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }
  }

  @Test
  void put_otherTag_fails412WithCurrentVersion() throws Exception {
    String tag = http.get(STT, READER).headers().firstValue("etag").orElseThrow();
    for (String other : new String[] {"\"2-0123456789abcdef\"", "W/" + tag}) {
      JsonObject problem =
          problem(http.json("PUT", STT, WRITER, "{\"config\":{}}", "If-Match", other), 412);
      assertThat(current(problem)).isEqualTo(3);
    }
    assertThat(http.rooms.asked).isEmpty();
    problem(http.json("PUT", STT, WRITER, "{\"config\":{}}", "If-Match", "3"), 400);
  }

  @Test
  void put_anyTag_needsAnExistingService() throws Exception {
    String body = "{\"config\":{}}";
    HttpResponse<String> reply = http.json("PUT", STT, WRITER, body, "If-Match", "*");
    assertThat(reply.statusCode()).isEqualTo(200);
    problem(http.json("PUT", "/api/config/services/nobody", WRITER, body, "If-Match", "*"), 412);
  }

  @Test
  void put_tagAndVersion_bothMustHold() throws Exception {
    String tag = http.get(STT, READER).headers().firstValue("etag").orElseThrow();
    String stale = "{\"config\":{},\"version\":2}";
    assertThat(current(problem(http.json("PUT", STT, WRITER, stale, "If-Match", tag), 409)))
        .isEqualTo(3);
    problem(http.json("PUT", STT, WRITER, PUT, "If-Match", "\"2-0123456789abcdef\""), 412);
    assertThat(http.json("PUT", STT, WRITER, PUT, "If-Match", tag).statusCode()).isEqualTo(200);
  }

  @Test
  void put_ifNoneMatchAny_creates() throws Exception {
    String body = "{\"config\":{}}";
    problem(http.json("PUT", STT, WRITER, body, "If-None-Match", "*"), 412);
    HttpResponse<String> reply =
        http.json("PUT", "/api/config/services/new-one", WRITER, body, "If-None-Match", "*");
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(((PutConfig) http.rooms.asked.take()).expectedVersion()).isZero();
  }

  @Test
  void put_conflictFoundLater_fails412WhereATagWasGiven() throws Exception {
    http.rooms.failing = BusFailure.stale("stt-worker", 3, 9);
    String tag = http.get(STT, READER).headers().firstValue("etag").orElseThrow();
    JsonObject problem =
        problem(http.json("PUT", STT, WRITER, "{\"config\":{}}", "If-Match", tag), 412);
    assertThat(current(problem)).isEqualTo(9);
    assertThat(current(problem(http.json("PUT", STT, WRITER, PUT), 409))).isEqualTo(9);
  }

  @Test
  void patch_passesTheMergePatchOn() throws Exception {
    HttpResponse<String> reply =
        http.send(
            "PATCH",
            STT + "?version=3&reason=a+good%20one",
            WRITER,
            "application/merge-patch+json",
            "{\"vad_threshold\":0.7,\"api_key\":null}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    PatchConfig asked = (PatchConfig) http.rooms.asked.take();
    Map<String, Object> patch = new HashMap<>();
    patch.put("vad_threshold", 0.7);
    patch.put("api_key", null);
    assertThat(asked.patch()).isEqualTo(patch);
    assertThat(asked.reason()).isEqualTo("a good one");
    assertThat(asked.expectedVersion()).isEqualTo(3);
    assertThat(asked.dryRun()).isFalse();
  }

  @Test
  void patch_plainJsonWithTag_isTaken() throws Exception {
    String tag = http.get(STT, READER).headers().firstValue("etag").orElseThrow();
    HttpResponse<String> reply =
        http.json("PATCH", STT + "?dry_run=true", WRITER, "{\"a\":1}", "If-Match", tag);
    assertThat(body(reply).getJsonArray("diff")).hasSize(1);
    assertThat(((PatchConfig) http.rooms.asked.take()).dryRun()).isTrue();
  }

  @Test
  void delete_removesTheServiceFromReadsAtOnce() throws Exception {
    HttpResponse<String> reply =
        http.send(http.request(STT + "?version=3&reason=old", WRITER).DELETE());
    assertThat(body(reply)).isEqualTo(new JsonObject().put("success", true).put("version", 4));
    problem(http.get(STT, READER), 404);
    assertThat(((DeleteService) http.rooms.asked.take()).reason()).isEqualTo("old");
    assertThat(body(http.get("/api/config/services", READER)).getJsonArray("services"))
        .doesNotContain("stt-worker");
  }

  @Test
  void change_againstTheSchema_fails422WithEveryError() throws Exception {
    http.rooms.failing =
        BusFailure.invalid(
            "2 settings are not legal",
            List.of(
                new FieldError("a", "a: 1.4 (expected: 0.0 to 1.0)", "maximum"),
                new FieldError("b", "b: unknown", "unknown_key")));
    JsonObject problem = problem(http.json("PUT", STT, WRITER, PUT), 422);
    assertThat(problem.getString("title")).isEqualTo("Unprocessable Content");
    assertThat(problem.getJsonArray("errors"))
        .isEqualTo(
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("field", "a")
                        .put("message", "a: 1.4 (expected: 0.0 to 1.0)")
                        .put("type", "maximum"))
                .add(
                    new JsonObject()
                        .put("field", "b")
                        .put("message", "b: unknown")
                        .put("type", "unknown_key")));
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureCode.class,
      names = {
        "UNAVAILABLE",
        "READ_ONLY",
        "STORAGE_LOCKED",
        "STORAGE_FULL",
        "STORAGE_CORRUPT",
        "STORAGE_FAILED"
      })
  void change_whileStorageIsAway_fails503WithTheMode(FailureCode code) throws Exception {
    http.rooms.failing = BusFailure.of(code, "not now");
    HttpResponse<String> reply = http.json("PUT", STT, WRITER, PUT);
    JsonObject problem = problem(reply, 503);
    assertThat(problem.getString("operational_mode"))
        .isEqualTo(code == FailureCode.READ_ONLY ? "read-only-fallback" : "normal");
    assertThat(problem.getString("type")).startsWith("urn:holdfast:problem:");
    assertThat(reply.headers().firstValue("retry-after")).isPresent();
    assertThat(http.get(STT, READER).statusCode()).isEqualTo(200);
  }

  @Test
  void change_defectBehind_fails500WithoutInternals() throws Exception {
    http.rooms.failing = BusFailure.of(FailureCode.INTERNAL, "internal error, see the log");
    String detail = problem(http.json("PUT", STT, WRITER, PUT), 500).getString("detail");
    assertThat(detail).isEqualTo("internal error, see the log");
  }

  private static long current(JsonObject problem) {
    return Objects.requireNonNull(problem.getLong("current_version"));
  }
}
