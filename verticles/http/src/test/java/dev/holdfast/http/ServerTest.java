package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.TOKENS;
import static dev.holdfast.http.HttpHarness.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                          .read(request)
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
  void tls_speaksHttp2(@TempDir Path folder) throws Exception {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-alias",
                "a",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(new ByteArrayInputStream(Files.readAllBytes(store)), "changeit".toCharArray());
    Key key = keys.getKey("a", "changeit".toCharArray());
    Certificate certificate = keys.getCertificate("a");
    Path keyFile = pem(folder.resolve("key.pem"), "PRIVATE KEY", key.getEncoded());
    Path certFile = pem(folder.resolve("cert.pem"), "CERTIFICATE", certificate.getEncoded());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("a", certificate);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext ssl = SSLContext.getInstance("TLS");
    ssl.init(null, trust.getTrustManagers(), new SecureRandom());
    try (HttpHarness http =
        new HttpHarness(new HttpVerticle.Options("127.0.0.1", 0, TOKENS, certFile, keyFile))) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create(
                      "https://127.0.0.1:"
                          + http.verticle.actualPort()
                          + "/api/config/services/stt-worker"))
              .header("X-API-Token", READER)
              .build();
      HttpResponse<String> reply =
          HttpClient.newBuilder()
              .sslContext(ssl)
              .build()
              .send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(reply.version()).isEqualTo(HttpClient.Version.HTTP_2);
    }
  }

  @Test
  void options_illegal_areRefusedByName() {
    assertThatThrownBy(() -> new HttpVerticle.Options(" ", 1, TOKENS)).hasMessageContaining("host");
    assertThatThrownBy(() -> new HttpVerticle.Options("h", 65_536, TOKENS))
        .hasMessageContaining("port: 65536");
    assertThatThrownBy(() -> new HttpVerticle.Options("h", 1, List.of()))
        .hasMessageContaining("CONFIG_API_TOKENS");
    assertThatThrownBy(() -> new HttpVerticle.Options("h", 1, TOKENS, Path.of("c"), null))
        .hasMessageContaining("CONFIG_MANAGER_TLS_KEY");
  }

  private static String read(Socket socket, byte[] buffer) throws IOException {
    socket.setSoTimeout(10_000);
    int read = socket.getInputStream().read(buffer);
    return new String(buffer, 0, Math.max(read, 0), StandardCharsets.ISO_8859_1);
  }

  private static Path pem(Path file, String kind, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }
}
