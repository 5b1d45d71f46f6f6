package dev.holdfast.http;

import static dev.holdfast.http.SseFixture.EPOCH;
import static dev.holdfast.http.SseFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.http.SseClient.Frame;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SseSlowReaderTest {
  private static final String FILLING = "x".repeat(32 * 1024);
  private static final int CHANGES = 200;

  private SseFixture room;

  @BeforeEach
  void start(Vertx vertx) {
    room = new SseFixture(vertx);
  }

  @Test
  void readerThatNeverReads_isBoundedClosedAndDelaysNobody() throws Exception {
    room.start(new SseLimits(10, 64 * 1024, 20, 1_000, 60_000, 20));
    try (SseClient stuck = room.connectWithoutReading("");
        SseClient other = room.connect("")) {
      until("both are there", () -> room.metric("holdfast.sse.readers") == 2);
      other.next();
      long slowest = 0;
      for (int i = 1; i <= CHANGES; i++) {
        long before = System.nanoTime();
        room.put(i + FILLING, "router");
        assertThat(other.next().id()).isEqualTo(EPOCH + "/" + i);
        slowest = Math.max(slowest, System.nanoTime() - before);
      }
      assertThat(TimeUnit.NANOSECONDS.toMillis(slowest)).isLessThan(1_000);
      double toStuck = room.metric("holdfast.sse.sent") - CHANGES;
      assertThat(toStuck * FILLING.length()).isLessThan(1024 * 1024);
      until("it was closed", () -> room.metric("holdfast.sse.dropped") == 1);
      assertThat(room.metric("holdfast.sse.readers")).isEqualTo(1);
      until("its connection is gone unread", () -> room.metric("holdfast.http.connections") == 1);
      stuck.read();
      assertThat(stuck.upTo("no such text")).endsWith(Frame.END);
      room.put("after", "router");
      assertThat(other.next().data()).contains("after");
    }
  }

  @Test
  void readerOfHttp2ThatNeverReads_endsWithItsConnection() throws Exception {
    room.start(new SseLimits(10, 64 * 1024, 20, 500, 60_000, 20));
    try (Socket stuck = room.connectHttp2WithoutReading();
        SseClient other = room.connect("")) {
      until("both are there", () -> room.metric("holdfast.sse.readers") == 2);
      other.next();
      for (int i = 1; i <= CHANGES; i++) {
        room.put(i + FILLING, "router");
        assertThat(other.next().id()).isEqualTo(EPOCH + "/" + i);
      }
      until("it was closed", () -> room.metric("holdfast.sse.dropped") == 1);
      until("its connection is gone unread", () -> room.metric("holdfast.http.connections") == 1);
      assertThat(room.metric("holdfast.http.connections.late")).isEqualTo(1);
      assertThat(stuck.isClosed()).isFalse();
      room.put("after", "router");
      assertThat(other.next().data()).contains("after");
    }
  }

  @Test
  void readerThatReadsAgain_endsOnTheNewestStatesInOrder() throws Exception {
    room.start(new SseLimits(10, 64 * 1024, 60_000, 30_000, 60_000, 20));
    try (SseClient slow = room.connectWithoutReading("");
        SseClient other = room.connect("")) {
      until("both are there", () -> room.metric("holdfast.sse.readers") == 2);
      other.next();
      for (int i = 1; i <= CHANGES; i++) {
        room.put(i + FILLING, i % 2 == 0 ? "router" : "camera");
        assertThat(other.next().id()).isEqualTo(EPOCH + "/" + i);
      }
      room.put("last", "camera"); // so that its turn is after the router's
      assertThat(other.next().id()).isEqualTo(EPOCH + "/" + (CHANGES + 1));
      room.bus.publish(HealthRoutes.CHANGED, report("first"));
      room.bus.publish(HealthRoutes.CHANGED, report("second"));
      room.put("1", "stt-worker");
      other.upTo("stt-worker");

      slow.read();
      List<Frame> frames = slow.upTo("stt-worker");
      assertThat(frames.size()).isLessThan(CHANGES / 2);
      assertThat(frames.stream().filter(frame -> frame.event().equals("config")))
          .extracting(SseSlowReaderTest::revision)
          .isSorted()
          .doesNotHaveDuplicates()
          .endsWith((long) CHANGES, CHANGES + 1L, CHANGES + 2L);
      assertThat(frames.stream().filter(frame -> frame.event().equals("health")))
          .extracting(Frame::data)
          .singleElement()
          .asString()
          .contains("second");
      room.put("2", "stt-worker");
      assertThat(slow.next().id()).isEqualTo(EPOCH + "/" + (CHANGES + 3));
      assertThat(room.metric("holdfast.sse.dropped")).isZero();
    }
  }

  private static long revision(Frame frame) {
    return Long.parseLong(frame.id().substring(frame.id().indexOf('/') + 1));
  }

  private static HealthReport report(String err) {
    return new HealthReport(true, "healthy", "normal", EPOCH, 1, true, "disabled", null, null, err);
  }
}
