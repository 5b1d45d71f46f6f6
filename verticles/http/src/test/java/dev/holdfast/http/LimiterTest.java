package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.TOKENS;
import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.storage.AccessEntry;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LimiterTest {
  private static final String STT = "/api/config/services/stt-worker";
  private static final int GUESSES = 10_000;
  private static final int AT_ONCE = 20;

  private HttpHarness http;

  @BeforeEach
  void start() throws Exception {
    http =
        new HttpHarness(
            new HttpVerticle.Options("127.0.0.1", 0, TOKENS),
            Attempts.Limits.DEFAULTS,
            ConnectionCounts.Limits.DEFAULTS);
  }

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void tenThousandGuesses_areRefusedAndTheHonestCallerIsUnharmed() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<List<Long>> honest =
        CompletableFuture.supplyAsync(
            () -> {
              List<Long> nanos = new ArrayList<>();
              while (!done.get()) {
                long before = System.nanoTime();
                try {
                  assertThat(http.get(STT, READER).statusCode()).isEqualTo(200);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
                nanos.add(System.nanoTime() - before);
              }
              return nanos;
            });
    int[] statuses = new int[600];
    for (int i = 0; i < GUESSES; i += AT_ONCE) {
      List<CompletableFuture<HttpResponse<String>>> batch = new ArrayList<>();
      for (int j = 0; j < AT_ONCE; j++) {
        batch.add(
            http.client.sendAsync(
                http.request(STT, "guess-" + i + "-" + j).build(),
                HttpResponse.BodyHandlers.ofString()));
      }
      for (CompletableFuture<HttpResponse<String>> guess : batch) {
        statuses[guess.get(20, TimeUnit.SECONDS).statusCode()]++;
      }
    }
    done.set(true);
    long[] nanos = honest.get(20, TimeUnit.SECONDS).stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(nanos);
    assertThat(statuses[401]).isEqualTo(10);
    assertThat(statuses[429]).isEqualTo(GUESSES - 10);
    assertThat(nanos.length).isGreaterThan(100);
    assertThat(TimeUnit.NANOSECONDS.toMillis(nanos[nanos.length * 99 / 100])).isLessThan(1_000);
    assertThat(http.rooms.denied).hasSize(10);
    assertThat(http.rooms.denied)
        .last()
        .extracting(AccessEntry::reason)
        .asString()
        .contains("once too often");
  }

  @Test
  void lockedAddress_isToldWhenAndOpensAgain() throws Exception {
    lock();
    HttpResponse<String> reply = http.get(STT, "wrong");
    problem(reply, 429);
    assertThat(reply.headers().firstValue("retry-after")).contains("10");
    http.millis.addAndGet(10_001);
    problem(http.get(STT, "wrong"), 401);
    reply = http.get(STT, "wrong");
    problem(reply, 429);
    assertThat(reply.headers().firstValue("retry-after")).contains("20");
  }

  @Test
  void lockedAddress_learnsNothingOfAWeakToken() throws Exception {
    assertThat(http.get(STT, "short").statusCode()).isEqualTo(200);
    lock();
    List<JsonObject> answers = new ArrayList<>();
    for (String token : List.of("wrong", "short")) {
      HttpResponse<String> reply = http.get(STT, token);
      JsonObject json = problem(reply, 429);
      json.remove("request_id");
      answers.add(json);
      assertThat(body(http.get("/api/config/health?detail=true", token)).containsKey("detail"))
          .isFalse();
      String signIn = new JsonObject().put("token", token).encode();
      problem(http.json("POST", "/api/config/session", null, signIn), 429);
    }
    assertThat(answers.get(0)).isEqualTo(answers.get(1));
    http.millis.addAndGet(10_001);
    assertThat(http.get(STT, "short").statusCode()).isEqualTo(200);
  }

  @Test
  void lockedAddress_letsStrongTokensAndSessionsPass() throws Exception {
    String signIn = new JsonObject().put("token", "short").encode();
    String cookie =
        http.json("POST", "/api/config/session", null, signIn)
            .headers()
            .firstValue("set-cookie")
            .orElseThrow()
            .split(";", -1)[0];
    lock();
    assertThat(http.get(STT, READER).statusCode()).isEqualTo(200);
    assertThat(http.send(http.request(STT, null).header("Cookie", cookie)).statusCode())
        .isEqualTo(200);
    assertThat(http.get("/health/ready", null).statusCode()).isEqualTo(200);
    problem(http.get(STT, null), 401);
  }

  @Test
  void guesses_whereNoTokenIsNeededAndAtTheSignIn_countToo() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(http.get("/api/config/health?detail=true", "wrong").statusCode()).isEqualTo(200);
      String signIn = new JsonObject().put("token", "wrong").encode();
      problem(http.json("POST", "/api/config/session", null, signIn), 401);
    }
    problem(http.get(STT, "wrong"), 429);
  }

  @Test
  void requestsWithoutAToken_lockNothingAndFillNoLog() throws Exception {
    for (int i = 0; i < 50; i++) {
      problem(http.get(STT, null), 401);
    }
    assertThat(http.get(STT, "short").statusCode()).isEqualTo(200);
    assertThat(http.rooms.denied).hasSize(10);
    assertThat(http.rooms.denied.toString().toLowerCase(Locale.ROOT)).doesNotContain("short");
  }

  private void lock() throws Exception {
    for (int i = 0; i < 10; i++) {
      problem(http.get(STT, "wrong"), 401);
    }
  }
}
