package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static dev.holdfast.http.SecretRooms.OPENER;
import static dev.holdfast.http.SecretRooms.READER;
import static dev.holdfast.http.SecretRooms.SCHEMA;
import static dev.holdfast.http.SecretRooms.SCOPED;
import static dev.holdfast.http.SecretRooms.STRANGER;
import static dev.holdfast.http.SecretRooms.WRITER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.settings.DeleteSecret;
import dev.holdfast.messages.settings.PutSecret;
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

class SecretCallsTest {
  private static final String TTS = "/api/config/services/tts-worker";
  private static final String KEY = TTS + "/secrets/api_key";
  private static final String REVEAL = KEY + "/reveal";
  private static final String REASON = "{\"reason\":\"support case 7\"}";
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
    http.rooms.denied.clear();
    secrets.failing = null;
  }

  @Test
  void put_passesTheValueOnAndAnswersTheNewVersion() throws Exception {
    HttpResponse<String> reply =
        http.json("PUT", KEY, WRITER, "{\"value\":\"s3cret\",\"reason\":\"first\"}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    int version = body(http.get(TTS, READER)).getInteger("version");
    assertThat(body(reply)).isEqualTo(changed(version));
    PutSecret asked = (PutSecret) http.rooms.asked.take();
    assertThat(asked.service()).isEqualTo("tts-worker");
    assertThat(asked.key()).isEqualTo("api_key");
    assertThat(asked.value().reveal()).isEqualTo("s3cret");
    assertThat(asked.reason()).isEqualTo("first");
    assertThat(asked.caller().name()).isEqualTo("bob");
    // It can be read back at once.
    HttpResponse<String> read = http.get(TTS, READER);
    assertThat(read.headers().firstValue("etag")).isEqualTo(reply.headers().firstValue("etag"));
  }

  @Test
  void delete_passesTheReasonOn() throws Exception {
    HttpResponse<String> reply =
        http.send(http.request(TTS + "/secrets/env.key?reason=no+use", WRITER).DELETE());
    assertThat(body(reply)).isEqualTo(changed(body(http.get(TTS, READER)).getInteger("version")));
    DeleteSecret asked = (DeleteSecret) http.rooms.asked.take();
    assertThat(asked.key()).isEqualTo("env.key");
    assertThat(asked.reason()).isEqualTo("no use");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"value\":null}",
        "{\"value\":7}",
        "{\"value\":\"\"}",
        "{\"value\":\"x\",\"reason\":7}",
        "{\"value\":\"x\",\"extra\":1}",
        "[]",
        "",
      })
  void put_wrongShape_fails400(String body) throws Exception {
    problem(http.json("PUT", KEY, WRITER, body), 400);
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void put_longValue_isTakenUpToTheLimit() throws Exception {
    String most = "{\"value\":\"" + "x".repeat(65_536) + "\"}";
    assertThat(http.json("PUT", KEY, WRITER, most).statusCode()).isEqualTo(200);
    String more = "{\"value\":\"" + "x".repeat(65_537) + "\"}";
    problem(http.json("PUT", KEY, WRITER, more), 400);
  }

  @ParameterizedTest
  @CsvSource({"NOT_FOUND,404", "INVALID,422", "READ_ONLY,503", "CONFLICT,409"})
  void change_refusedBySettings_answersItsStatus(FailureCode code, int status) throws Exception {
    secrets.failing = BusFailure.of(code, "no");
    problem(http.json("PUT", KEY, WRITER, "{\"value\":\"x\"}"), status);
    problem(http.send(http.request(KEY, WRITER).DELETE()), status);
    problem(http.json("POST", REVEAL, WRITER, REASON), status);
    assertThat(http.rooms.denied.poll(5, TimeUnit.SECONDS).reason()).isEqualTo("no");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT," + READER + ",403",
    "DELETE," + READER + ",403",
    "PUT," + SCHEMA + ",403",
    "PUT," + SCOPED + ",403",
    "DELETE," + SCOPED + ",403",
    "PUT," + STRANGER + ",403",
    "PUT,unknown,401",
    "DELETE,unknown,401",
  })
  void change_byWhoMayNot_isRefusedAndLoggedWithTheKey(String method, String token, int status)
      throws Exception {
    problem(http.json(method, KEY, token, "{\"value\":\"x\"}"), status);
    AccessEntry entry = http.rooms.denied.poll(5, TimeUnit.SECONDS);
    assertThat(entry.action()).isEqualTo(method + " " + KEY);
    assertThat(entry.service()).isEqualTo("tts-worker");
    assertThat(entry.key()).isEqualTo("api_key");
    assertThat(entry.success()).isFalse();
    assertThat(http.rooms.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "API",
        "-a",
        "9a",
        "a..b",
        "a.",
        "%2e%2e",
        "a%2Fb",
        "a%00",
        "%252e",
        "..;",
        "a;b",
        "%zz",
        "%c3%a9",
        "a+b",
        "a%20b",
        "*",
        "a-b",
        "a~",
        "%E0%80%AE"
      })
  void key_illegal_isRefusedAtEveryDoor(String key) throws Exception {
    String[] requests = {
      "PUT " + TTS + "/secrets/" + key,
      "DELETE " + TTS + "/secrets/" + key,
      "POST " + TTS + "/secrets/" + key + "/reveal",
    };
    for (String request : requests) {
      String reply =
          http.raw(
              request
                  + " HTTP/1.1\r\nHost: x\r\nX-API-Token: "
                  + WRITER
                  + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
      assertThat(reply).as(request).startsWith("HTTP/1.1 400 ");
    }
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void key_tooLong_fails400() throws Exception {
    String key = "k".repeat(256);
    problem(http.send(http.request(TTS + "/secrets/" + key, WRITER).DELETE()), 400);
  }

  @Test
  void method_otherThanThePaths_fails405WithAllow() throws Exception {
    HttpResponse<String> get = http.get(KEY, WRITER);
    problem(get, 405);
    assertThat(get.headers().firstValue("allow")).contains("DELETE, PUT");
    HttpResponse<String> reveal = http.get(REVEAL, WRITER);
    problem(reveal, 405);
    assertThat(reveal.headers().firstValue("allow")).contains("POST");
  }

  @Test
  void put_byOpenerWhoMayWrite_isTaken() throws Exception {
    assertThat(http.json("PUT", KEY, OPENER, "{\"value\":\"x\"}").statusCode()).isEqualTo(200);
    assertThat(http.json("POST", REVEAL, OPENER, REASON).statusCode()).isEqualTo(200);
  }

  /** {@code config.schema} registers schemas of its scope, and that is all. */
  @Test
  void schemaRole_mayRegisterAndNothingElse() throws Exception {
    for (Call call : Call.values()) {
      if (call.need() == Need.NOTHING || call.need() == Need.TOKEN) {
        continue;
      }
      for (String service : new String[] {"free-form", "stt-worker"}) {
        String path = call.path().replace(":service", service).replace(":key", "api_key");
        HttpResponse<String> reply =
            http.send(
                http.request(path, SCHEMA)
                    .header("Content-Type", "application/json")
                    .method(call.method().name(), HttpRequest.BodyPublishers.ofString("{}")));
        boolean may = call == Call.PUT_SCHEMA && service.equals("free-form");
        assertThat(reply.statusCode()).as("%s %s", call, service).isEqualTo(may ? 200 : 403);
      }
    }
  }

  private static JsonObject changed(int version) {
    return new JsonObject()
        .put("success", true)
        .put("version", version)
        .put("config_epoch", Fixtures.EPOCH)
        .put("message", "done");
  }
}
