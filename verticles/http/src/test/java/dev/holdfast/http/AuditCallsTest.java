package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static dev.holdfast.http.SecretRooms.READER;
import static dev.holdfast.http.SecretRooms.SCHEMA;
import static dev.holdfast.http.SecretRooms.SCOPED;
import static dev.holdfast.http.SecretRooms.STRANGER;
import static dev.holdfast.http.SecretRooms.WRITER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.Keys;
import dev.holdfast.messages.storage.FindAccess;
import io.vertx.core.Future;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The access log, the public keys, and how the secrets stand. */
class AuditCallsTest {
  private static final String AUDIT = "/api/config/audit";
  private static HttpHarness http;
  private static SecretRooms secrets;

  @BeforeAll
  static void start() throws Exception {
    http = new HttpHarness(SecretRooms.OPTIONS);
    secrets = new SecretRooms(http.rooms);
  }

  @AfterAll
  static void stop() {
    http.close();
  }

  @BeforeEach
  void forget() {
    http.rooms.asked.clear();
    secrets.failing = null;
  }

  @Test
  void audit_answersTheEntries() throws Exception {
    assertThat(body(http.get(AUDIT, WRITER)))
        .isEqualTo(
            new JsonObject()
                .put(
                    "entries",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .put("id", 9)
                                .put("user_id", "bob")
                                .put("action", "reveal")
                                .put("service", "tts-worker")
                                .put("key", "api_key")
                                .put("success", true)
                                .put("reason", "why")
                                .put("timestamp", "2026-11-22T10:15:30.123456+00:00"))
                        .add(
                            new JsonObject()
                                .put("id", 8)
                                .put("user_id", "10.0.0.9")
                                .put("action", "GET /api/config/me")
                                .putNull("service")
                                .putNull("key")
                                .put("success", false)
                                .put("reason", "no known token")
                                .put("timestamp", "2026-11-22T10:15:30.123456+00:00")))
                .put("total_returned", 2));
    FindAccess asked = (FindAccess) http.rooms.asked.take();
    assertThat(asked)
        .isEqualTo(new FindAccess(null, null, null, null, null, null, null, null, 100));
  }

  @Test
  void audit_passesTheFiltersOn() throws Exception {
    http.get(
        AUDIT
            + "?service=tts-worker&user=bob&action=PUT%20/api/config/services/a&key=a.b"
            + "&success=false&start_date=2026-01-01T00:00:00Z"
            + "&end_date=2026-12-01T00:00:00%2B01:00&limit=1000&before=77",
        WRITER);
    assertThat(http.rooms.asked.take())
        .isEqualTo(
            new FindAccess(
                Set.of("tts-worker"),
                "bob",
                "PUT /api/config/services/a",
                "a.b",
                false,
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2026-11-30T23:00:00Z"),
                77L,
                1000));
  }

  @Test
  void audit_scopedToken_seesItsServices() throws Exception {
    http.get(AUDIT, SCOPED);
    assertThat(((FindAccess) http.rooms.asked.take()).services())
        .isEqualTo(Set.of("free-form", "other"));
    http.get(AUDIT + "?service=other", SCOPED);
    assertThat(((FindAccess) http.rooms.asked.take()).services()).isEqualTo(Set.of("other"));
    problem(http.get(AUDIT + "?service=tts-worker", SCOPED), 403);
    assertThat(http.rooms.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {READER, SCHEMA, STRANGER})
  void audit_otherRoles_fail403(String token) throws Exception {
    problem(http.get(AUDIT, token), 403);
    problem(http.get(AUDIT, null), 401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?limit=0",
        "?limit=1001",
        "?before=0",
        "?success=yes",
        "?service=A",
        "?key=A",
        "?user=",
        "?start_date=yesterday",
        "?end_date=2026-02-30T00:00:00Z",
        "?who=bob",
        "?limit=1&limit=2"
      })
  void audit_badParameter_fails400(String query) throws Exception {
    problem(http.get(AUDIT + query, WRITER), 400);
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void audit_storageAway_fails503() throws Exception {
    secrets.failing = BusFailure.of(FailureCode.STORAGE_LOCKED, "busy");
    problem(http.get(AUDIT, WRITER), 503);
  }

  @Test
  void health_detail_tellsHowTheSecretsStand() throws Exception {
    assertThat(detail(READER))
        .isEqualTo(
            new JsonObject()
                .put("rotation", "safe-to-remove")
                .put("master_key_id", "new")
                .put("old_key_id", "old")
                .put("total", 3)
                .put("waiting", 1)
                .put("cache_waiting", true)
                .put("progress_percent", 66)
                .put("safe_at", "2026-11-22T10:15:30.123456+00:00")
                .put("backups_until", "2026-11-22T10:15:30.123456+00:00")
                .put(
                    "faults",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .put("service", "tts-worker")
                                .put("key", "lost_key")
                                .putNull("key_id")
                                .put("fault", "lost"))
                        .add(
                            new JsonObject()
                                .put("service", "free-form")
                                .put("key", "other")
                                .put("key_id", "gone")
                                .put("fault", "unknown-key"))));
    // Of another token's services nothing is told.
    assertThat(detail(SCOPED).getJsonArray("faults").encode())
        .contains("free-form")
        .doesNotContain("tts-worker");
  }

  @Test
  void health_settingsAway_tellsTheRest() throws Exception {
    secrets.failing = BusFailure.of(FailureCode.UNAVAILABLE, "not now");
    HttpResponse<String> reply = http.get("/api/config/health?detail=true", READER);
    assertThat(reply.statusCode()).isEqualTo(200);
    JsonObject detail = body(reply).getJsonObject("detail");
    assertThat(detail.fieldNames()).contains("causes", "warnings", "revision", "secrets");
    assertThat(detail.getValue("secrets")).isNull();
  }

  @Test
  void health_withoutDetail_asksNobody() throws Exception {
    http.get("/api/config/health", READER);
    http.get("/api/config/health?detail=true", null);
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void keys_endorsed_tellBySinceAndSignature() throws Exception {
    try (HttpHarness other = new HttpHarness(SecretRooms.OPTIONS)) {
      Keys.Endorsement endorsement = new Keys.Endorsement("0a", "2026-11-22T10:15:30Z", "c2ln");
      Keys keys =
          new Keys(
              List.of(
                  new Keys.PublicKey("0b", "PEM b", true, endorsement),
                  new Keys.PublicKey("0a", "PEM a", false, null)),
              Map.of(),
              "m",
              null,
              "h",
              null);
      // Two serve now and are asked in turn; one of two answers is this one.
      other.rooms.bus.serve(CryptoRoutes.KEYS, question -> Future.succeededFuture(keys));
      List<JsonArray> found =
          List.of(
              body(other.get("/api/config/keys", null)).getJsonArray("keys"),
              body(other.get("/api/config/keys", null)).getJsonArray("keys"));
      assertThat(found)
          .contains(
              new JsonArray()
                  .add(
                      new JsonObject()
                          .put("id", "0b")
                          .put("public_key", "PEM b")
                          .put("algorithm", "Ed25519")
                          .put("signing", true)
                          .put("valid_from", "2026-11-22T10:15:30Z")
                          .put(
                              "endorsement",
                              new JsonObject()
                                  .put("by", "0a")
                                  .put("since", "2026-11-22T10:15:30Z")
                                  .put("signature", "c2ln")))
                  .add(
                      new JsonObject()
                          .put("id", "0a")
                          .put("public_key", "PEM a")
                          .put("algorithm", "Ed25519")
                          .put("signing", false)
                          .putNull("valid_from")));
    }
  }

  private static JsonObject detail(String token) throws Exception {
    return body(http.get("/api/config/health?detail=true", token))
        .getJsonObject("detail")
        .getJsonObject("secrets");
  }
}
