package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.SCOPED;
import static dev.holdfast.http.HttpHarness.TOKENS;
import static dev.holdfast.http.HttpHarness.WRITER;
import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.http.SseClient.Frame;
import dev.holdfast.messages.http.HttpTopics;
import dev.holdfast.messages.http.TokensChanged;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionEndTest extends BrowserTest {
  @Test
  void signOut_endsTheSessionAndItsStreams() throws Exception {
    HttpResponse<String> mine = signIn(READER);
    String cookie = cookie(mine);
    List<SseClient> streams = streams("Cookie", cookie);
    try (SseClient stays = stream("X-API-Token", READER)) {
      HttpResponse<String> reply =
          http.json("DELETE", SESSION, null, "", "Cookie", cookie, "X-CSRF-Token", csrf(mine));
      assertThat(body(reply)).isEqualTo(new JsonObject().put("success", true));
      assertThat(reply.headers().firstValue("set-cookie"))
          .contains("holdfast_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
      problem(get("/api/config/me", cookie), 401);
      assertEnded(streams);
      assertGoesOn(stays);
    }
    assertThat(http.json("DELETE", SESSION, READER, "").statusCode()).isEqualTo(200);
  }

  @Test
  void session_notUsedForLong_ends() throws Exception {
    String cookie = cookie(signIn(READER));
    for (int i = 0; i < 4; i++) {
      pass(Duration.ofMinutes(29));
      assertThat(get(STT, cookie).statusCode()).isEqualTo(200);
    }
    try (SseClient stream = stream("Cookie", cookie)) {
      pass(Duration.ofMinutes(30));
      problem(get(STT, cookie), 401);
      http.access.sweep();
      assertEnded(List.of(stream));
    }
  }

  @Test
  void session_tooOld_endsHoweverMuchItIsUsed() throws Exception {
    String cookie = cookie(signIn(READER));
    for (int i = 0; i < 47; i++) {
      pass(Duration.ofMinutes(15));
      assertThat(get(STT, cookie).statusCode()).isEqualTo(200);
    }
    pass(Duration.ofMinutes(15));
    problem(get(STT, cookie), 401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", READER + ":config.write:alice", READER + ":config.read:alice@stt-worker"})
  void tokens_changed_endSessionsAndStreamsOfTheRevoked(String instead) throws Exception {
    String cookie = cookie(signIn(READER));
    String kept = cookie(signIn(SCOPED));
    List<SseClient> streams = streams("X-API-Token", READER);
    streams.addAll(streams("Cookie", cookie));
    try (SseClient stays = stream("Cookie", kept, "?services=free-form")) {
      List<String> next = new ArrayList<>(TOKENS.subList(1, TOKENS.size()));
      next.add("new-token-0123456789abcdef:config.read:new");
      if (!instead.isEmpty()) {
        next.add(instead);
      }
      http.rooms.bus.publish(HttpTopics.TOKENS, new TokensChanged(next));
      assertEnded(streams);
      problem(get("/api/config/me", cookie), 401);
      assertThat(http.get("/api/config/me", READER).statusCode())
          .isEqualTo(instead.isEmpty() ? 401 : 200);
      assertThat(http.get(STT, "new-token-0123456789abcdef").statusCode()).isEqualTo(200);
      assertThat(get("/api/config/me", kept).statusCode()).isEqualTo(200);
      http.rooms.announce(Fixtures.snapshot(Fixtures.untyped("free-form"), 3, 11, Map.of("a", 2L)));
      assertThat(stays.upTo("free-form")).noneMatch(Frame.END::equals);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "CHANGEME:config.read", "x:config.admin"})
  void tokens_changedToABadList_stay(String bad) throws Exception {
    String cookie = cookie(signIn(READER));
    List<String> list = bad.isEmpty() ? List.of() : List.of(WRITER + ":config.write", bad);
    http.rooms.bus.publish(HttpTopics.TOKENS, new TokensChanged(list));
    http.rooms.bus.publish(
        HttpTopics.TOKENS,
        new TokensChanged(List.of(READER + ":config.read:alice", "s:config.read")));
    SseFixture.until("the second list is in force", () -> http.access.tokens().size() == 2);
    assertThat(get("/api/config/me", cookie).statusCode()).isEqualTo(200);
    assertThat(
            body(http.get("/api/config/health?detail=true", READER))
                .getJsonObject("detail")
                .getJsonArray("warnings")
                .encode())
        .contains("under 128 bits");
  }

  private void pass(Duration time) {
    http.millis.addAndGet(time.toMillis());
  }

  private SseClient stream(String header, String value) throws Exception {
    return stream(header, value, "");
  }

  private SseClient stream(String header, String value, String query) throws Exception {
    SseClient client = new SseClient(http.verticle.actualPort(), query, 0, header, value).read();
    assertThat(client.head()).startsWith("http/1.1 200");
    return client;
  }

  /** Enough that each instance has some. */
  private List<SseClient> streams(String header, String value) throws Exception {
    List<SseClient> streams = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      streams.add(stream(header, value));
    }
    return streams;
  }

  private static void assertEnded(List<SseClient> streams) throws Exception {
    for (SseClient stream : streams) {
      assertThat(stream.upTo("no such text")).endsWith(Frame.END);
      stream.close();
    }
  }

  private void assertGoesOn(SseClient stream) throws Exception {
    http.rooms.announce(Fixtures.stt(4, 11, 0.6));
    assertThat(stream.upTo("stt-worker")).noneMatch(Frame.END::equals);
  }
}
