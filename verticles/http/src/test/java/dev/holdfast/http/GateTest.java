package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.SCHEMA;
import static dev.holdfast.http.HttpHarness.SCOPED;
import static dev.holdfast.http.HttpHarness.WRITER;
import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.storage.AccessEntry;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
  private static final String STT = "/api/config/services/stt-worker";
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
    http.rooms.denied.clear();
    http.rooms.asked.clear();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/api/config/services",
    "GET,/api/config/services/stt-worker",
    "PUT,/api/config/services/stt-worker",
    "PATCH,/api/config/services/stt-worker",
    "DELETE,/api/config/services/stt-worker",
    "POST,/api/config/search",
    "GET,/api/config/history",
    "POST,/api/config/history/restore",
    "GET,/api/config/schemas",
    "GET,/api/config/schemas/stt-worker",
    "PUT,/api/config/schemas/stt-worker",
    "GET,/api/config/me",
    "GET,/api/config/events"
  })
  void call_withoutKnownToken_fails401AndIsLogged(String method, String path) throws Exception {
    for (String token : new String[] {null, "unknown-token-canary", ""}) {
      HttpResponse<String> reply =
          http.send(http.request(path, token).method(method, HttpRequest.BodyPublishers.noBody()));
      problem(reply, 401);
      assertThat(reply.headers().firstValue("www-authenticate")).contains("Bearer");
      AccessEntry denied = http.rooms.denied.poll(5, TimeUnit.SECONDS);
      assertThat(denied.userId()).isEqualTo("127.0.0.1");
      assertThat(denied.action()).isEqualTo(method + " " + path);
      assertThat(denied.toString()).doesNotContain("canary");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,/api/config/services/stt-worker," + READER,
    "PATCH,/api/config/services/stt-worker," + READER,
    "DELETE,/api/config/services/stt-worker," + READER,
    "POST,/api/config/history/restore," + READER,
    "PUT,/api/config/schemas/stt-worker," + READER,
    "GET,/api/config/services," + SCHEMA,
    "GET,/api/config/services/free-form," + SCHEMA,
    "PUT,/api/config/services/free-form," + SCHEMA,
    "GET,/api/config/events," + SCHEMA,
    "GET,/api/config/services/stt-worker," + SCOPED,
    "PUT,/api/config/services/stt-worker," + SCOPED,
    "DELETE,/api/config/services/nobody," + SCOPED,
    "GET,/api/config/schemas/stt-worker," + SCOPED,
    "PUT,/api/config/schemas/stt-worker," + SCHEMA,
    "GET,/api/config/history?service=stt-worker," + SCOPED,
    "GET,'/api/config/events?services=free-form,stt-worker'," + SCOPED,
  })
  void call_beyondRoleOrScope_fails403AndIsLogged(String method, String path, String token)
      throws Exception {
    problem(
        http.send(http.request(path, token).method(method, HttpRequest.BodyPublishers.noBody())),
        403);
    AccessEntry denied = http.rooms.denied.poll(5, TimeUnit.SECONDS);
    assertThat(denied.userId()).isIn("alice", "carol", "dave");
    assertThat(denied.action()).doesNotContain("?");
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void search_filterOutOfScope_fails403() throws Exception {
    String query = "{\"query\":\"a\",\"service_filter\":\"stt-worker\"}";
    problem(http.json("POST", "/api/config/search", SCOPED, query), 403);
    String restore = "{\"service\":\"stt-worker\",\"history_entries\":[1]}";
    problem(http.json("POST", "/api/config/history/restore", SCOPED, restore), 403);
  }

  @Test
  void token_asBearer_isKnown() throws Exception {
    HttpResponse<String> reply =
        http.send(http.request("/api/config/me", null).header("Authorization", "bearer " + WRITER));
    assertThat(body(reply).getString("name")).isEqualTo("bob");
  }

  @Test
  void token_inTheUrl_isNotKnown() throws Exception {
    problem(http.get(STT + "?token=" + READER, null), 401);
    problem(http.get(STT + "?token=" + READER, READER), 400);
  }

  @Test
  void requestId_isTakenWhereSaneElseMade() throws Exception {
    HttpResponse<String> reply =
        http.send(http.request(STT, READER).header("X-Request-Id", "my.id_1-A"));
    assertThat(reply.headers().firstValue("x-request-id")).contains("my.id_1-A");
    HttpResponse<String> refused =
        http.send(http.request(STT, null).header("X-Request-Id", "my.id_1-A"));
    assertThat(problem(refused, 401).getString("request_id")).isEqualTo("my.id_1-A");
    for (String odd : new String[] {"a b", "<script>", "x".repeat(65)}) {
      HttpResponse<String> other = http.send(http.request(STT, READER).header("X-Request-Id", odd));
      assertThat(other.headers().firstValue("x-request-id").orElseThrow())
          .isNotEqualTo(odd)
          .matches("[A-Za-z0-9._-]{1,64}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/api",
        "/api/config",
        "/api/config/",
        "/api/config/services/",
        "/api/config/services/a/b",
        "/api/config/services//",
        "//api/config/services",
        "/api/config/audit/1",
        "/api/config/services/stt-worker/secrets",
        "/api/config/services/stt-worker/secrets/api_key/other"
      })
  void path_unknown_fails404(String path) throws Exception {
    problem(http.get(path, READER), 404);
  }

  @Test
  void method_otherThanThePaths_fails405WithAllow() throws Exception {
    HttpResponse<String> reply = http.json("POST", STT, WRITER, "{}");
    problem(reply, 405);
    assertThat(reply.headers().firstValue("allow")).contains("DELETE, GET, HEAD, PATCH, PUT");
    HttpResponse<String> events =
        http.send(
            http.request("/api/config/events", READER)
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(events.statusCode()).isEqualTo(405);
    assertThat(events.headers().firstValue("allow")).contains("GET");
    HttpResponse<String> options =
        http.send(http.request(STT, null).method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    problem(options, 405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Stt-worker",
        "STT",
        "stt_worker",
        "-a",
        "9a",
        "a.b",
        "%2e%2e",
        "%2E",
        "%2F",
        "a%2Fb",
        "%252e%252e",
        "%00",
        "a%00",
        "%0d%0a",
        "..;",
        "a;b",
        "a%3Bb",
        "%",
        "%2",
        "%zz",
        "%c3%a9",
        "%E0%80%AE",
        "a+b",
        "a%20b",
        "a%23b",
        "a%5cb",
        "*",
        "a:b",
        "$share",
        "a%2Bb",
        "%u0061",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void name_illegal_isRefusedAtEveryDoor(String name) throws Exception {
    String[] requests = {
      "GET /api/config/services/" + name,
      "DELETE /api/config/services/" + name,
      "PUT /api/config/services/" + name,
      "PATCH /api/config/services/" + name,
      "GET /api/config/schemas/" + name,
      "PUT /api/config/schemas/" + name,
    };
    for (String request : requests) {
      String reply =
          http.raw(
              request
                  + " HTTP/1.1\r\nHost: x\r\nX-API-Token: "
                  + WRITER
                  + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
      assertThat(reply).as(request).startsWith("HTTP/1.1 400 ").contains("x-request-id");
    }
    assertThat(http.rooms.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/config/services/../health",
        "/api/config/services/%2e%2e/health",
        "/api/config/./services",
        "/api/config/services/stt-worker/..",
        "/api/config/services/.%2e/keys",
        "/api\\config\\health",
        "/metrics%2f..",
        "/%2e%2e/etc/passwd"
      })
  void path_dotSegments_areNeverFollowed(String path) throws Exception {
    String reply =
        http.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nX-API-Token: " + WRITER + "\r\n\r\n");
    assertThat(reply).startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "{",
        "[]",
        "null",
        "\"text\"",
        "{\"config\":{},\"config\":{},\"version\":1}",
        "{\"config\":{\"a\":1,\"a\":2},\"version\":1}",
        "{\"config\":{},\"version\":1}x",
        "{\"config\":{\"a\":NaN},\"version\":1}",
        "{\"config\":{\"a\":1e999},\"version\":1}",
        "{\"config\":{\"a\":\"\\ud800\"},\"version\":1}",
        "{'config':{},'version':1}",
        "{\"config\":{},/* */\"version\":1}",
        "\uFEFF{\"config\":{},\"version\":1}",
      })
  void body_notStrictJson_fails400AtEveryDoor(String body) throws Exception {
    problem(http.json("PUT", STT, WRITER, body), 400);
    problem(http.json("PATCH", STT + "?version=3", WRITER, body), 400);
    problem(http.json("POST", "/api/config/search", WRITER, body), 400);
    problem(http.json("POST", "/api/config/history/restore", WRITER, body), 400);
    problem(http.json("PUT", "/api/config/schemas/stt-worker", WRITER, body), 400);
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void body_tooDeep_fails400() throws Exception {
    String deep = "{\"config\":" + "{\"a\":".repeat(70) + "1" + "}".repeat(70) + ",\"version\":1}";
    problem(http.json("PUT", STT, WRITER, deep), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":1}",
        "{\"config\":[],\"version\":1}",
        "{\"config\":{},\"version\":\"1\"}",
        "{\"config\":{},\"version\":-1}",
        "{\"config\":{},\"version\":1.5}",
        "{\"config\":{},\"version\":9007199254740992}",
        "{\"config\":{},\"version\":null}",
        "{\"config\":{},\"version\":3,\"extra\":1}",
        "{\"config\":{},\"version\":3,\"service\":\"router\"}",
        "{\"config\":{},\"version\":3,\"reason\":7}",
      })
  void put_wrongShape_fails400(String body) throws Exception {
    problem(http.json("PUT", STT, WRITER, body), 400);
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void put_wrongShape_listsWhatIsWrong() throws Exception {
    JsonObject problem =
        problem(http.json("PUT", STT, WRITER, "{\"config\":3,\"version\":\"x\"}"), 400);
    assertThat(
            problem.getJsonArray("errors").stream().map(e -> ((JsonObject) e).getString("field")))
        .containsExactlyInAnyOrder("config", "version");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?dry_run=1",
        "?dry_run=",
        "?nothing=1",
        "?dry_run=true&dry_run=true",
        "?dry_run=%"
      })
  void put_badQuery_fails400(String query) throws Exception {
    String reply =
        http.raw(
            "PUT "
                + STT
                + query
                + " HTTP/1.1\r\nHost: x\r\nX-API-Token: "
                + WRITER
                + "\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n"
                + "{\"config\":{},\"version\":3}");
    assertThat(reply).startsWith("HTTP/1.1 400 ");
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void body_otherMediaType_fails415() throws Exception {
    String body = "{\"config\":{},\"version\":3}";
    problem(http.send("PUT", STT, WRITER, "text/plain", body), 415);
    problem(http.send("PUT", STT, WRITER, "application/merge-patch+json", body), 415);
    problem(http.send("PUT", STT, WRITER, "application/json; charset=utf-16", body), 415);
    problem(
        http.send(http.request(STT, WRITER).PUT(HttpRequest.BodyPublishers.ofString(body))), 415);
  }

  @Test
  void body_over1MiB_fails413() throws Exception {
    String body = "{\"config\":{\"a\":\"" + "x".repeat(1 << 20) + "\"},\"version\":3}";
    problem(http.json("PUT", STT, WRITER, body), 413);
    // Without a length that could be refused beforehand.
    problem(
        http.send(
            http.request(STT, WRITER)
                .header("Content-Type", "application/json")
                .PUT(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () ->
                            new java.io.ByteArrayInputStream(
                                body.getBytes(java.nio.charset.StandardCharsets.UTF_8))))),
        413);
    assertThat(http.get(STT, READER).statusCode()).isEqualTo(200);
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void body_ofExactly1MiB_isTaken() throws Exception {
    String head = "{\"config\":{\"a\":\"";
    String tail = "\"},\"version\":0}";
    String body = head + "x".repeat((1 << 20) - head.length() - tail.length()) + tail;
    HttpResponse<String> reply =
        http.json("PUT", "/api/config/services/big?dry_run=true", WRITER, body);
    assertThat(reply.statusCode()).isEqualTo(200);
  }

  @Test
  void order_tokenComesBeforeNameAndBody() throws Exception {
    problem(http.json("PUT", "/api/config/services/STT", null, "nonsense"), 401);
    problem(http.json("PUT", "/api/config/services/STT", READER, "nonsense"), 403);
    problem(http.send("PUT", "/api/config/services/STT", WRITER, "text/plain", "nonsense"), 400);
    problem(http.send("PUT", STT, WRITER, "text/plain", "nonsense"), 415);
  }
}
