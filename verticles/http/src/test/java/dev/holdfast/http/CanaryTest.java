package dev.holdfast.http;

import static dev.holdfast.http.SecretRooms.OPENER;
import static dev.holdfast.http.SecretRooms.READER;
import static dev.holdfast.http.SecretRooms.WRITER;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.model.Caller;
import io.vertx.core.buffer.Buffer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A secret that goes through every call that takes or gives one stays out of everything else. */
class CanaryTest {
  private static final String CANARY = "canary-9f8e7d6c";
  private static final String TTS = "/api/config/services/tts-worker";
  private static final String KEY = TTS + "/secrets/api_key";
  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<String> replies = new ArrayList<>();
  private HttpHarness http;
  private SecretRooms secrets;

  @BeforeEach
  void start() throws Exception {
    log.start();
    ROOT.getAppender("console").stop();
    ROOT.addAppender(log);
    ROOT.setLevel(Level.TRACE);
    http = new HttpHarness(SecretRooms.OPTIONS);
    secrets = new SecretRooms(http.rooms);
    secrets.values = Map.of("api_key", CANARY, "env.key", CANARY + "-env");
    secrets.next();
  }

  @AfterEach
  void stop() {
    http.close();
    ROOT.setLevel(Level.WARN);
    ROOT.detachAppender(log);
    ROOT.getAppender("console").start();
  }

  @Test
  void secret_throughEveryCallThatWorks_isOnlyInTheTwoReadsInClear() throws Exception {
    everyCall();
    assertThat(http.get(TTS, OPENER).body()).contains(CANARY);
    assertThat(http.json("POST", KEY + "/reveal", WRITER, "{\"reason\":\"r\"}").body())
        .contains(CANARY);
    for (String token : new String[] {READER, WRITER}) {
      replies.add(http.get(TTS, token).body());
      replies.add(http.get(TTS + "?include_fields=false", token).body());
    }
    replies.add(http.get("/api/config/health?detail=true", READER).body());
    replies.add(http.get("/api/config/audit", WRITER).body());
    replies.add(http.get("/api/config/keys", null).body());
    replies.add(http.get("/metrics", null).body());
    assertNoCanary();
  }

  @Test
  void secret_throughEveryFailure_isNowhere() throws Exception {
    for (FailureCode code : FailureCode.values()) {
      http.rooms.failing = BusFailure.of(code, "refused by the stub");
      secrets.failing = http.rooms.failing;
      everyCall();
      reads();
    }
    http.rooms.failing = null;
    secrets.failing = null;
    secrets.throwing = true;
    everyCall();
    reads();
    secrets.throwing = false;
    assertThat(logged()).contains("PutSecret", "refused by the stub");
    assertNoCanary();
  }

  @Test
  void secret_inOddBodies_isNowhere() throws Exception {
    String[] bodies = {
      "{\"value\":\"" + CANARY + "\",\"extra\":\"" + CANARY + "\"}",
      "{\"value\":[\"" + CANARY + "\"]}",
      "{\"value\":{\"a\":\"" + CANARY + "\"}}",
      "{\"value\":\"" + CANARY + "\",\"value\":\"" + CANARY + "\"}",
      "{\"value\":\"" + CANARY + "\",\"reason\":7}",
      "{\"value\":\"" + CANARY,
      "{\"value\":\"" + CANARY + "\\ud800\"}",
      "{\"value\":\"" + CANARY.repeat(5_000) + "\"}",
      "{\"value\":\"" + CANARY.repeat(100_000) + "\"}",
      "{\"config\":{\"api_key\":\"" + CANARY + "\"},\"version\":\"" + CANARY + "\"}",
      "{\"config\":\"" + CANARY + "\",\"version\":1}",
      "\"" + CANARY + "\"",
    };
    for (String body : bodies) {
      keep(http.json("PUT", KEY, WRITER, body));
      keep(http.send("PUT", KEY, WRITER, "text/plain", body));
      keep(http.json("POST", KEY + "/reveal", WRITER, body));
      keep(http.json("PUT", TTS, WRITER, body));
      keep(http.json("PATCH", TTS + "?version=6", WRITER, body));
    }
    assertNoCanary();
  }

  @Test
  void records_showNoBody() {
    Grant grant = new Grant("n", Set.of(Role.WRITE), null);
    Exchange exchange =
        new Exchange(
            null,
            Call.PUT_SECRET,
            new Caller("n", null, "id"),
            grant,
            "tts-worker",
            "api_key",
            Map.of("reason", CANARY),
            Map.of("value", CANARY));
    assertThat(exchange.toString()).contains("tts-worker", "api_key").doesNotContain(CANARY);
    assertThat(Reply.of(200, Reply.JSON, Buffer.buffer(CANARY)).toString())
        .contains("200")
        .doesNotContain(CANARY);
  }

  private void everyCall() throws Exception {
    String config = "{\"api_key\":\"" + CANARY + "\"}";
    keep(http.json("PUT", TTS, WRITER, "{\"config\":" + config + "}", "If-Match", "*"));
    keep(http.json("PATCH", TTS, WRITER, config, "If-Match", "*"));
    keep(http.json("PUT", TTS, WRITER, "{\"config\":" + config + ",\"version\":1}"));
    keep(http.json("PUT", TTS, WRITER, "{\"config\":" + config + "}"));
    keep(http.json("PATCH", TTS + "?version=1", WRITER, config));
    keep(http.json("PATCH", TTS, WRITER, config));
    keep(http.json("PATCH", TTS + "?version=1", READER, config));
    keep(http.json("PATCH", TTS + "?version=1", "unknown", config));
    keep(http.json("PUT", KEY, WRITER, "{\"value\":\"" + CANARY + "\"}"));
    keep(http.json("PUT", KEY, READER, "{\"value\":\"" + CANARY + "\"}"));
    keep(http.send(http.request(KEY, WRITER).DELETE()));
  }

  private void reads() throws Exception {
    keep(http.json("POST", KEY + "/reveal", WRITER, "{\"reason\":\"r\"}"));
    keep(http.get(TTS, OPENER));
  }

  private void keep(HttpResponse<String> reply) {
    replies.add(reply.statusCode() + " " + reply.headers().map() + " " + reply.body());
  }

  private void assertNoCanary() {
    assertThat(replies).isNotEmpty().filteredOn(reply -> reply.contains(CANARY)).isEmpty();
    assertThat(logged().lines().filter(line -> line.contains(CANARY))).isEmpty();
    List<AccessEntry> denied = List.copyOf(http.rooms.denied);
    assertThat(denied.toString()).doesNotContain(CANARY);
    assertThat(http.meters.getMetersAsString()).doesNotContain(CANARY);
  }

  private String logged() {
    return List.copyOf(log.list).stream()
        .map(
            event ->
                event.getLoggerName()
                    + " "
                    + event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy())))
        .collect(Collectors.joining("\n"));
  }
}
