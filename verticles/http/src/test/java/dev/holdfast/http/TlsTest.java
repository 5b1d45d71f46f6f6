package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.TOKENS;
import static dev.holdfast.http.HttpHarness.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.messages.http.CertificateChanged;
import dev.holdfast.messages.http.HttpTopics;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final String STT = "/api/config/services/stt-worker";

  private static TestCertificate first;
  private static TestCertificate second;

  @TempDir private Path folder;
  private HttpHarness http;

  @BeforeAll
  static void certify(@TempDir Path stores) throws Exception {
    first = TestCertificate.make(stores, "first");
    second = TestCertificate.make(stores, "second");
  }

  @BeforeEach
  void start() throws Exception {
    write(first.certificatePem(), first.keyPem());
    http = new HttpHarness(options());
  }

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void connection_negotiatesHttp2AndTls13() throws Exception {
    HttpResponse<String> reply = get(first, HttpClient.Version.HTTP_2);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(reply.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
    assertThat(reply.headers().firstValue("strict-transport-security"))
        .contains("max-age=31536000");
  }

  @Test
  void connection_ofHttp2_staysWhileItIsUsed() throws Exception {
    http.close();
    http =
        new HttpHarness(
            options(),
            Attempts.Limits.DEFAULTS,
            new ConnectionCounts.Limits(100, 100, 200, 60_000, 20));
    HttpClient client = HttpClient.newBuilder().sslContext(first.trusting()).build();
    for (int i = 0; i < 3; i++) {
      HttpRequest request = HttpRequest.newBuilder(uri(STT)).header("X-API-Token", READER).build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).version())
          .isEqualTo(HttpClient.Version.HTTP_2);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
    }
    assertThat(http.meters.get("holdfast.http.connections").gauge().value()).isEqualTo(1);
    assertThat(http.meters.get("holdfast.http.connections.late").counter().count()).isZero();
  }

  @Test
  void connection_ofOlderTls_isRefused() throws Exception {
    try (SSLSocket socket = socket(first)) {
      socket.setEnabledProtocols(new String[] {"TLSv1.1"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
    try (SSLSocket socket = socket(first)) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.startHandshake();
    }
  }

  @Test
  void session_hasASecureCookieOfThisHost() throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(first.trusting()).build();
    HttpResponse<String> signedIn =
        client.send(
            HttpRequest.newBuilder(uri("/api/config/session"))
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        new JsonObject().put("token", WRITER).encode()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    String cookie = signedIn.headers().firstValue("set-cookie").orElseThrow();
    assertThat(cookie)
        .matches(
            "__Host-holdfast_session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict;"
                + " Secure");
    HttpResponse<String> me =
        client.send(
            HttpRequest.newBuilder(uri("/api/config/me"))
                .header("Cookie", "a=b")
                .header("Cookie", cookie.split(";", -1)[0])
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(new JsonObject(me.body()).getString("name")).isEqualTo("bob");
  }

  @Test
  void certificate_changed_isTakenWithoutClosingConnections() throws Exception {
    try (SSLSocket open = socket(first)) {
      assertThat(ask(open)).startsWith("HTTP/1.1 200");
      write(second.certificatePem(), second.keyPem());
      changed();
      SseFixture.until("the second is in force", () -> accepted(second));
      assertThat(accepted(first)).isFalse();
      assertThat(ask(open)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void certificate_changedToABrokenPair_staysAsItWas() throws Exception {
    String[][] broken = {
      {second.certificatePem(), first.keyPem()},
      {"nonsense", second.keyPem()},
      {second.certificatePem(), ""},
    };
    for (String[] pair : broken) {
      write(pair[0], pair[1]);
      changed();
      assertThat(accepted(first)).isTrue();
    }
    write(second.certificatePem(), second.keyPem());
    changed();
    SseFixture.until("the second is in force", () -> accepted(second));
  }

  @Test
  void start_withABrokenPair_failsInOneLine() throws Exception {
    write(second.certificatePem(), first.keyPem());
    assertThatThrownBy(() -> new HttpHarness(options()).close())
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("CONFIG_MANAGER_TLS_KEY")
        .hasMessageContaining("key.pem")
        .hasMessageNotContaining("BEGIN");
    Files.delete(folder.resolve("cert.pem"));
    assertThatThrownBy(() -> new HttpHarness(options()).close())
        .hasMessageContaining("CONFIG_MANAGER_TLS_CERT")
        .hasMessageContaining("cannot be read");
  }

  private HttpVerticle.Options options() {
    return new HttpVerticle.Options(
        "127.0.0.1",
        0,
        TOKENS,
        folder.resolve("cert.pem"),
        folder.resolve("key.pem"),
        List.of(),
        30,
        12,
        null);
  }

  private void write(String certificate, String key) throws IOException {
    Files.writeString(folder.resolve("cert.pem"), certificate);
    Files.writeString(folder.resolve("key.pem"), key);
  }

  private void changed() {
    http.rooms.bus.publish(HttpTopics.CERTIFICATE, new CertificateChanged());
  }

  private boolean accepted(TestCertificate certificate) {
    try {
      return get(certificate, HttpClient.Version.HTTP_1_1).statusCode() == 200;
    } catch (SSLHandshakeException e) {
      return false;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> get(TestCertificate certificate, HttpClient.Version version)
      throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri(STT)).header("X-API-Token", READER).build();
    return HttpClient.newBuilder()
        .version(version)
        .sslContext(certificate.trusting())
        .build()
        .send(request, HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("https://127.0.0.1:" + http.verticle.actualPort() + path);
  }

  private SSLSocket socket(TestCertificate certificate) throws Exception {
    return (SSLSocket)
        certificate
            .trusting()
            .getSocketFactory()
            .createSocket("127.0.0.1", http.verticle.actualPort());
  }

  private static String ask(SSLSocket socket) throws IOException {
    String request = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    byte[] buffer = new byte[4096];
    int read = socket.getInputStream().read(buffer);
    return new String(buffer, 0, Math.max(0, read), StandardCharsets.US_ASCII);
  }
}
