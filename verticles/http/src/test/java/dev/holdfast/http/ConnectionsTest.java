package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.http.SseClient.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private static final String REQUEST = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

  private HttpHarness http;

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void headersThatTrickle_areCutOffAtTheDeadline() throws Exception {
    start(new ConnectionCounts.Limits(100, 100, 500, 60_000, 50));
    try (Socket silent = connect();
        Socket slow = connect();
        SseClient stream =
            new SseClient(http.verticle.actualPort(), "", 0, "X-API-Token", READER).read()) {
      long before = System.nanoTime();
      write(slow, "GET / HTTP/1.1\r\nHost: x\r\n");
      assertThat(trickle(slow)).isTrue();
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
      assertThat(millis).isBetween(400L, 5_000L);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      assertThat(http.meters.get("holdfast.http.connections.late").counter().count()).isEqualTo(2);
      assertThat(stream.head()).startsWith("http/1.1 200");
      http.rooms.announce(Fixtures.stt(4, 11, 0.6));
      assertThat(stream.upTo("stt-worker")).noneMatch(Frame.END::equals);
    }
  }

  @Test
  void secondRequestThatTrickles_isCutOffToo() throws Exception {
    start(new ConnectionCounts.Limits(100, 100, 60_000, 500, 50));
    try (Socket socket = connect()) {
      for (int i = 0; i < 3; i++) {
        write(socket, REQUEST);
        assertThat(read(socket)).startsWith("HTTP/1.1 200");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
      write(socket, "GET / HTTP/1.1\r\n");
      assertThat(trickle(socket)).isTrue();
    }
  }

  @Test
  void repliesThatNobodyTakes_endWithTheirConnection() throws Exception {
    start(new ConnectionCounts.Limits(100, 100, 60_000, 500, 50));
    try (Socket socket = connect()) {
      String request =
          "GET /api/config/services HTTP/1.1\r\nHost: x\r\nX-API-Token: " + READER + "\r\n\r\n";
      // More than the two kernels keep between them, so that the last replies wait in the server.
      write(socket, request.repeat(20_000));
      SseFixture.until(
          "it is late",
          () -> http.meters.get("holdfast.http.connections.late").counter().count() > 0);
      SseFixture.until(
          "it is gone", () -> http.meters.get("holdfast.http.connections").gauge().value() == 0);
      assertThat(http.meters.get("holdfast.http.connections.late").counter().count()).isEqualTo(1);
    }
  }

  @Test
  void connectionsBeyondTheTotal_areClosedAtOnce() throws Exception {
    start(new ConnectionCounts.Limits(4, 100, 60_000, 60_000, 1_000));
    assertOnlyFour();
  }

  @Test
  void connectionsBeyondTheirAddressesShare_areClosedAtOnce() throws Exception {
    start(new ConnectionCounts.Limits(100, 4, 60_000, 60_000, 1_000));
    assertOnlyFour();
    try (Socket other =
        new Socket(
            InetAddress.getLoopbackAddress(),
            http.verticle.actualPort(),
            InetAddress.getByName("127.0.0.2"),
            0)) {
      write(other, REQUEST);
      assertThat(read(other)).startsWith("HTTP/1.1 200");
    }
  }

  private void assertOnlyFour() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Socket socket = connect();
      write(socket, REQUEST);
      assertThat(read(socket)).startsWith("HTTP/1.1 200");
      sockets.add(socket);
    }
    try (Socket fifth = connect()) {
      assertThat(fifth.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(http.meters.get("holdfast.http.connections.refused").counter().count()).isEqualTo(1);
    sockets.get(0).close();
    SseFixture.until(
        "the first is gone",
        () -> http.meters.get("holdfast.http.connections").gauge().value() == 3);
    try (Socket sixth = connect()) {
      write(sixth, REQUEST);
      assertThat(read(sixth)).startsWith("HTTP/1.1 200");
    }
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void start(ConnectionCounts.Limits limits) throws Exception {
    http =
        new HttpHarness(
            new HttpVerticle.Options("127.0.0.1", 0, TOKENS), Attempts.Limits.DEFAULTS, limits);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.verticle.actualPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** Sends a byte now and then; whether the other side put an end to it within ten seconds. */
  private static boolean trickle(Socket socket) throws IOException {
    try {
      for (int i = 0; i < 200; i++) {
        write(socket, "a");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        if (socket.getInputStream().available() > 0) {
          return false;
        }
      }
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String read(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[4096];
    int read = in.read(buffer);
    return new String(buffer, 0, Math.max(0, read), StandardCharsets.US_ASCII);
  }
}
