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
import dev.holdfast.messages.settings.RevealSecret;
import dev.holdfast.messages.storage.AccessEntry;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RevealTest {
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
  void reveal_withReason_answersTheValueOnce() throws Exception {
    HttpResponse<String> reply = http.json("POST", REVEAL, WRITER, REASON);
    assertThat(body(reply)).isEqualTo(new JsonObject().put("value", "clear-1"));
    assertThat(reply.headers().allValues("cache-control")).containsExactly("no-store");
    assertThat(reply.headers().firstValue("etag")).isEmpty();
    RevealSecret asked = (RevealSecret) http.rooms.asked.take();
    assertThat(asked.service()).isEqualTo("tts-worker");
    assertThat(asked.key()).isEqualTo("api_key");
    assertThat(asked.reason()).isEqualTo("support case 7");
    assertThat(asked.caller().name()).isEqualTo("bob");
    // What was granted is entered by the settings room.
    assertThat(http.rooms.denied).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"reason\":null}", "{\"reason\":\"\"}", "{\"reason\":\" \\n\\u3000\"}"})
  void reveal_withoutReason_fails422AndIsLogged(String body) throws Exception {
    JsonObject problem = problem(http.json("POST", REVEAL, WRITER, body), 422);
    assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("field"))
        .isEqualTo("reason");
    assertRevealRefused("bob", "reason: ");
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void reveal_longReason_isTakenUpToTheLimit() throws Exception {
    String most = "{\"reason\":\"" + "x".repeat(500) + "\"}";
    assertThat(http.json("POST", REVEAL, WRITER, most).statusCode()).isEqualTo(200);
    problem(http.json("POST", REVEAL, WRITER, most.replace("x\"", "xx\"")), 422);
    assertRevealRefused("bob", "reason: 501 characters");
  }

  @ParameterizedTest
  @CsvSource({
    "'',401,127.0.0.1,no known token",
    "unknown-token,401,127.0.0.1,no known token",
    READER + ",403,alice,needs config.write",
    SCHEMA + ",403,dave,needs config.write",
    STRANGER + ",403,sam,needs config.write",
    SCOPED + ",403,carol,out of scope",
  })
  void reveal_byWhoMayNot_isRefusedAndLoggedOnce(
      String token, int status, String user, String reason) throws Exception {
    problem(http.json("POST", REVEAL, token, REASON), status);
    assertRevealRefused(user, reason);
    assertThat(http.rooms.denied).isEmpty();
    assertThat(http.rooms.asked).isEmpty();
  }

  @Test
  void reveal_encodedPath_isLoggedAsWhatItIs() throws Exception {
    problem(http.json("POST", TTS + "/%73ecrets/api%5Fkey/revea%6C", READER, REASON), 403);
    assertRevealRefused("alice", "needs config.write");
  }

  @Test
  void reveal_refusedBySettings_isLogged() throws Exception {
    secrets.failing = BusFailure.of(FailureCode.NOT_FOUND, "api_key: not set");
    problem(http.json("POST", REVEAL, WRITER, REASON), 404);
    assertRevealRefused("bob", "api_key: not set");
  }

  @Test
  void reveal_otherFaults_areLogged() throws Exception {
    problem(http.json("POST", REVEAL, WRITER, "{\"reason\":"), 400);
    assertRevealRefused("bob", "not JSON");
    problem(http.send("POST", REVEAL, WRITER, "text/plain", REASON), 415);
    assertRevealRefused("bob", "content-type");
    problem(http.json("POST", REVEAL + "?now=1", WRITER, REASON), 400);
    assertRevealRefused("bob", "unknown parameter");
    problem(http.json("POST", TTS + "/secrets/API/reveal", WRITER, REASON), 400);
    AccessEntry entry = http.rooms.denied.poll(5, TimeUnit.SECONDS);
    assertThat(entry.action()).isEqualTo("reveal");
    assertThat(entry.key()).isNull();
    assertThat(entry.service()).isEqualTo("tts-worker");
  }

  private void assertRevealRefused(String user, String reason) throws InterruptedException {
    AccessEntry entry = http.rooms.denied.poll(5, TimeUnit.SECONDS);
    assertThat(entry).isNotNull();
    assertThat(entry.userId()).isEqualTo(user);
    assertThat(entry.action()).isEqualTo("reveal");
    assertThat(entry.service()).isEqualTo("tts-worker");
    assertThat(entry.key()).isEqualTo("api_key");
    assertThat(entry.success()).isFalse();
    assertThat(entry.reason()).startsWith(reason);
  }
}
