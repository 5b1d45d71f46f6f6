package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.SCOPED;
import static dev.holdfast.http.HttpHarness.WRITER;
import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.storage.AccessEntry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest extends BrowserTest {
  private static final String CHANGE = "{\"config\":{\"vad_threshold\":0.6},\"version\":3}";

  @Test
  void signIn_knownToken_describesTheCallerAndSetsTheCookie() throws Exception {
    HttpResponse<String> reply = signIn(SCOPED);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("set-cookie").orElseThrow())
        .matches("holdfast_session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict");
    assertThat(reply.headers().firstValue("cache-control")).contains("no-store");
    JsonObject json = body(reply);
    assertThat(json.getString("name")).isEqualTo("carol");
    assertThat(json.getString("role")).isEqualTo("config.write");
    assertThat(json.getJsonArray("permissions"))
        .isEqualTo(new JsonArray().add("config.read").add("config.write"));
    assertThat(json.getJsonArray("scope")).isEqualTo(new JsonArray().add("free-form").add("other"));
    assertThat(json.getString("csrf_token")).hasSize(43);
    assertThat(json.getInstant("expires_at")).isNotNull();
    assertThat(reply.body()).doesNotContain(cookie(reply).substring(17), SCOPED);
    AccessEntry entry = http.rooms.denied.poll(5, TimeUnit.SECONDS);
    assertThat(entry.userId()).isEqualTo("carol");
    assertThat(entry.action()).isEqualTo("sign-in");
    assertThat(entry.success()).isTrue();
  }

  @Test
  void signIn_unknownToken_fails401AndIsLogged() throws Exception {
    HttpResponse<String> reply = signIn("no-such-token");
    problem(reply, 401);
    assertThat(reply.headers().firstValue("set-cookie")).isEmpty();
    AccessEntry entry = http.rooms.denied.poll(5, TimeUnit.SECONDS);
    assertThat(entry.action()).isEqualTo("POST " + SESSION);
    assertThat(entry.success()).isFalse();
    assertThat(entry.toString()).doesNotContain("no-such-token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-www-form-urlencoded", "text/plain", "multipart/form-data"})
  void signIn_asAFormWouldSendIt_fails415(String mediaType) throws Exception {
    String json = new JsonObject().put("token", READER).encode();
    HttpResponse<String> reply = http.send("POST", SESSION, null, mediaType, json);
    problem(reply, 415);
    assertThat(reply.headers().firstValue("set-cookie")).isEmpty();
  }

  @Test
  void signIn_largeBody_fails413() throws Exception {
    String json = new JsonObject().put("token", "x".repeat(4_096)).encode();
    problem(http.json("POST", SESSION, null, json), 413);
    problem(http.json("POST", SESSION, null, "{\"token\":1}"), 400);
  }

  @Test
  void signIn_fromAnotherSite_fails403() throws Exception {
    String json = new JsonObject().put("token", READER).encode();
    problem(http.json("POST", SESSION, null, json, "Sec-Fetch-Site", "cross-site"), 403);
    assertThat(http.json("POST", SESSION, null, json, "Sec-Fetch-Site", "same-origin").statusCode())
        .isEqualTo(200);
  }

  @Test
  void signIn_again_neverReusesAnIdAndEndsTheOneBefore() throws Exception {
    HttpResponse<String> first = signIn(READER);
    HttpResponse<String> second =
        http.json(
            "POST",
            SESSION,
            null,
            new JsonObject().put("token", READER).encode(),
            "Cookie",
            cookie(first));
    assertThat(cookie(second)).isNotEqualTo(cookie(first));
    assertThat(csrf(second)).isNotEqualTo(csrf(first));
    problem(get("/api/config/me", cookie(first)), 401);
    assertThat(get("/api/config/me", cookie(second)).statusCode()).isEqualTo(200);
  }

  @Test
  void cookie_readsWithoutACsrfToken() throws Exception {
    String cookie = "other=1; " + cookie(signIn(READER)) + "; more=2";
    assertThat(body(get("/api/config/me", cookie)).getString("name")).isEqualTo("alice");
    assertThat(get(STT, cookie).statusCode()).isEqualTo(200);
    assertThat(get("/api/config/history", cookie).statusCode()).isEqualTo(200);
    JsonObject query = new JsonObject().put("query", "vad");
    assertThat(
            http.json("POST", "/api/config/search", null, query.encode(), "Cookie", cookie)
                .statusCode())
        .isNotEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"holdfast_session=", "holdfast_session=x", "holdfast_session"})
  void cookie_illegal_isNoSession(String cookie) throws Exception {
    problem(get(STT, cookie), 401);
    problem(get(STT, "holdfast_session=" + "A".repeat(43)), 401);
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,/api/config/services/stt-worker",
    "PATCH,/api/config/services/stt-worker",
    "DELETE,/api/config/services/stt-worker?version=3",
    "POST,/api/config/history/restore",
    "PUT,/api/config/schemas/stt-worker",
    "DELETE,/api/config/session"
  })
  void change_underACookieWithoutItsCsrfToken_fails403(String method, String path)
      throws Exception {
    HttpResponse<String> mine = signIn(WRITER);
    String other = csrf(signIn(WRITER));
    for (int i = 0; i < 2; i++) {
      assertThat(http.rooms.denied.poll(5, TimeUnit.SECONDS).action()).isEqualTo("sign-in");
    }
    String cookie = cookie(mine);
    problem(http.json(method, path, null, "{}", "Cookie", cookie), 403);
    AccessEntry entry = http.rooms.denied.poll(5, TimeUnit.SECONDS);
    assertThat(entry.userId()).isEqualTo("bob");
    assertThat(entry.reason()).contains("X-CSRF-Token");
    for (String wrong : List.of("", "x", other)) {
      HttpResponse<String> reply =
          http.json(method, path, null, "{}", "Cookie", cookie, "X-CSRF-Token", wrong);
      assertThat(problem(reply, 403).getString("detail")).doesNotContain(csrf(mine));
    }
    assertThat(http.rooms.asked).isEmpty();
    assertThat(get("/api/config/me", cookie).statusCode()).isEqualTo(200);
  }

  @Test
  void change_underACookieWithItsCsrfToken_isMade() throws Exception {
    HttpResponse<String> mine = signIn(WRITER);
    String cookie = cookie(mine);
    HttpResponse<String> foreign =
        http.json(
            "PUT",
            STT,
            null,
            CHANGE,
            "Cookie",
            cookie,
            "X-CSRF-Token",
            csrf(mine),
            "Sec-Fetch-Site",
            "cross-site");
    problem(foreign, 403);
    HttpResponse<String> reply =
        http.json("PUT", STT, null, CHANGE, "Cookie", cookie, "X-CSRF-Token", csrf(mine));
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
  }

  @Test
  void change_withTokenAndCookie_goesByTheToken() throws Exception {
    String cookie = cookie(signIn(READER));
    HttpResponse<String> reply = http.json("PUT", STT, WRITER, CHANGE, "Cookie", cookie);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    problem(
        http.send(http.request("/api/config/me", "no-such-token").header("Cookie", cookie)), 401);
  }

  @Test
  void csrfToken_isTheSessionsAndAnyoneElsesOpensNothing() throws Exception {
    HttpResponse<String> mine = signIn(WRITER);
    JsonObject json = body(get("/api/config/csrf-token", cookie(mine)));
    assertThat(json.getString("csrf_token")).isEqualTo(csrf(mine));
    assertThat(json.getInstant("expires_at")).isNotNull();
    JsonObject others = body(http.get("/api/config/csrf-token", WRITER));
    assertThat(others.getString("csrf_token")).hasSize(43).isNotEqualTo(csrf(mine));
    problem(http.get("/api/config/csrf-token", null), 401);
  }
}
