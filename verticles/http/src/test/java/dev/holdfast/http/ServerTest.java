package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.TOKENS;
import static dev.holdfast.http.HttpHarness.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServerTest {
  @Test
  void request_illegal_getsAStatus() throws Exception {
    try (HttpHarness http = new HttpHarness()) {
      assertThat(http.raw("nonsense\r\n\r\n")).matches("(?s)HTTP/1.[01] 400 .*");
      assertThat(http.raw("GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
          .matches("(?s)HTTP/1.[01] 414 .*")
          .contains("application/problem+json")
          .contains("x-request-id");
      String header = "X-Big: " + "a".repeat(9000);
      assertThat(http.raw("GET / HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n"))
          .matches("(?s)HTTP/1.[01] 431 .*");
      assertThat(http.raw("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n")).matches("(?s)HTTP/1.[01] 400 .*");
      for (String path : new String[] {"*", "nothing", "%2e%2e"}) {
        assertThat(http.raw("OPTIONS " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"))
            .matches("(?s)HTTP/1.1 40[04] .*")
            .contains("x-request-id")
            .contains("application/problem+json");
      }
    }
  }

  @Test
  void expectContinue_isAnsweredBeforeTheBody() throws Exception {
    try (HttpHarness http = new HttpHarness()) {
      String head =
          "PUT /api/config/services/stt-worker HTTP/1.1\r\nHost: x\r\nX-API-Token: "
              + WRITER
              + "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n";
      assertThat(http.raw(head + "Content-Length: 25\r\n\r\n")).startsWith("HTTP/1.1 100 ");
      assertThat(http.raw(head + "Content-Length: 2000000\r\n\r\n")).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void events_streamAChangeToWhoMaySeeIt() throws Exception {
    try (HttpHarness http = new HttpHarness();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.verticle.actualPort())) {
      String request =
          "GET /api/config/events?services=stt-worker HTTP/1.1\r\nHost: x\r\nX-API-Token: "
              + READER
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] buffer = new byte[4096];
      assertThat(read(socket, buffer).toLowerCase(Locale.ROOT))
          .startsWith("http/1.1 200 ")
          .contains("text/event-stream", "x-request-id", "x-content-type-options: nosniff");
      http.rooms.announce(Fixtures.stt(4, 11, 0.6));
      StringBuilder seen = new StringBuilder();
      while (seen.indexOf("{\"service\":\"stt-worker\"}") < 0) {
        String more = read(socket, buffer);
        assertThat(more).as(seen.toString()).isNotEmpty();
        seen.append(more);
      }
    }
  }

  @Test
  void body_thatDoesNotCome_fails408() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      BodyReader bodies = new BodyReader(vertx, 100);
      Problems problems = new Problems(() -> null);
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(
                  request ->
                      bodies
                          .read(request, 1_000)
                          .onFailure(
                              failure ->
                                  request
                                      .response()
                                      .setStatusCode(problems.of(failure, "id").status())
                                      .end()))
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
        String request = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        assertThat(read(socket, new byte[4096])).startsWith("HTTP/1.1 408 ");
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void stop_letsARunningRequestFinishAndTakesNoNewOne() throws Exception {
    HttpHarness http = new HttpHarness();
    URI uri = http.uri("/api/config/services");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
      String body = "{\"config\":{},\"version\":3}";
      OutputStream out = socket.getOutputStream();
      out.write(
          ("PUT /api/config/services/stt-worker?dry_run=true HTTP/1.1\r\nHost: x\r\nX-API-Token: "
                  + WRITER
                  + "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: "
                  + body.length()
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      byte[] buffer = new byte[4096];
      assertThat(read(socket, buffer)).startsWith("HTTP/1.1 100 ");
      var stopped =
          http.vertx
              .undeploy(http.verticle.deploymentID())
              .toCompletionStage()
              .toCompletableFuture();
      out.write(body.getBytes(StandardCharsets.US_ASCII));
      assertThat(read(socket, buffer)).startsWith("HTTP/1.1 200 ");
      stopped.get(10, TimeUnit.SECONDS);
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), uri.getPort()).close())
          .isInstanceOf(ConnectException.class);
    }
    http.close();
  }

  @Test
  void options_illegal_areRefusedByName() {
    assertThatThrownBy(() -> new HttpVerticle.Options(" ", 1, TOKENS)).hasMessageContaining("host");
    assertThatThrownBy(() -> new HttpVerticle.Options("h", 65_536, TOKENS))
        .hasMessageContaining("port: 65536");
    assertThatThrownBy(() -> new HttpVerticle.Options("h", 1, List.of()))
        .hasMessageContaining("CONFIG_API_TOKENS");
    assertThatThrownBy(
            () ->
                new HttpVerticle.Options(
                    "h", 1, TOKENS, Path.of("c"), null, List.of(), 30, 12, null))
        .hasMessageContaining("CONFIG_MANAGER_TLS_KEY");
    assertThatThrownBy(
            () -> new HttpVerticle.Options("h", 1, TOKENS, null, null, List.of(), 0, 12, null))
        .hasMessageContaining("CONFIG_SESSION_IDLE_MINUTES: 0");
    assertThatThrownBy(
            () -> new HttpVerticle.Options("h", 1, TOKENS, null, null, List.of(), 30, 0, null))
        .hasMessageContaining("CONFIG_SESSION_MAX_HOURS: 0");
  }

  private static String read(Socket socket, byte[] buffer) throws IOException {
    socket.setSoTimeout(10_000);
    int read = socket.getInputStream().read(buffer);
    return new String(buffer, 0, Math.max(read, 0), StandardCharsets.ISO_8859_1);
  }
}
