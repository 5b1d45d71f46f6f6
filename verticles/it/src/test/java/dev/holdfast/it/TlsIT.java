package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with a certificate of the test's own. */
class TlsIT {
  private static final Duration FEW_SECONDS = Duration.ofSeconds(15);
  private static final String NAMES = "IP:127.0.0.1,DNS:localhost";

  @TempDir static Path folder;
  private static TestCertificates authority;
  private static Path certificate;
  private static Path key;
  private static ManagerProcess manager;

  @BeforeAll
  static void start() throws Exception {
    authority = new TestCertificates(folder, "authority");
    TestCertificates.Pair pair = authority.issue("first", NAMES);
    certificate = Files.copy(pair.certificate(), folder.resolve("tls.pem"));
    key = Files.copy(pair.key(), folder.resolve("tls.key"));
    manager =
        ManagerProcess.prepare(
            folder,
            Map.of(
                "CONFIG_MANAGER_TLS_CERT", certificate.toString(),
                "CONFIG_MANAGER_TLS_KEY", key.toString(),
                "CONFIG_API_TOKENS", TestToken.entry("operator", "config.write:operator")));
    manager.launch();
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> get("/health/ready").status() == 200);
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  /** A connection whose certificate is checked, name and all. */
  private static Wire connect() throws Exception {
    return new Wire(socket());
  }

  private static SSLSocket socket() throws Exception {
    SSLSocket socket =
        (SSLSocket)
            authority
                .trusting()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), manager.port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(20_000);
    socket.startHandshake();
    return socket;
  }

  private static Wire.Reply get(String path) throws Exception {
    try (Wire wire = connect()) {
      return wire.call("GET", path, TestToken.header("operator"), null);
    }
  }

  @Test
  void https_client_isServedAndToldToStayWithIt() throws Exception {
    Wire.Reply reply = get("/api/config/services");
    assertThat(reply.status()).isEqualTo(200);
    for (String path :
        List.of("/api/config/services/router", "/api/config/health", "/docs", "/nothing")) {
      assertThat(get(path).header("Strict-Transport-Security"))
          .as(path)
          .matches("max-age=[1-9][0-9]{6,}.*");
    }
    try (Wire plain = Wire.to(manager)) {
      assertThatThrownBy(() -> plain.call("GET", "/api/config/health", Map.of(), null))
          .as("plain HTTP is not answered on this port")
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void curl_http2_isSpoken() throws Exception {
    String curl = ManagerProcess.require("curl").toString();
    for (String[] asked : new String[][] {{"--http2", "2"}, {"--http1.1", "1.1"}}) {
      String answer =
          ManagerProcess.run(
              folder,
              curl,
              "-s",
              "--cacert",
              authority.authority().toString(),
              asked[0],
              "-o",
              "/dev/null",
              "-w",
              "%{http_version} %{http_code}",
              "-H",
              "X-API-Token: " + TestToken.of("operator"),
              "https://localhost:" + manager.port + "/api/config/services/router");
      assertThat(answer).isEqualTo(asked[1] + " 200");
    }
  }

  @Test
  void protocol_before12_isRefused() throws Exception {
    assertThat(handshake("-tls1_2")).as("the probe itself").contains("Cipher is");
    for (String old : List.of("-tls1_1", "-tls1")) {
      assertThat(handshake(old)).as(old).contains("protocol version");
    }
  }

  private static String handshake(String version) throws Exception {
    Process process =
        new ProcessBuilder(
                ManagerProcess.require("openssl").toString(),
                "s_client",
                "-connect",
                "127.0.0.1:" + manager.port,
                version,
                "-cipher",
                "ALL:@SECLEVEL=0")
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  @Test
  void cookie_isForThisHostAndTlsAlone() throws Exception {
    try (Wire wire = connect()) {
      BrowserSession session = BrowserSession.open(wire, TestToken.of("operator"));
      List<String> attributes =
          session.attributes().stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
      assertThat(session.cookie()).startsWith("__Host-");
      assertThat(attributes).contains("secure", "httponly", "samesite=strict", "path=/");
      assertThat(attributes).noneMatch(text -> text.startsWith("domain"));
      assertThat(wire.call("GET", "/api/config/me", session.bare(), null).status()).isEqualTo(200);
      assertThat(wire.call("DELETE", "/api/config/session", session.full(), null).status())
          .isEqualTo(200);
    }
  }

  @Test
  void certificate_replaced_isServedWithoutEndingWhatIsOpen() throws Exception {
    final BigInteger first = TestCertificates.read(certificate).getSerialNumber();
    assertThat(served()).isEqualTo(first);
    try (Wire keepAlive = connect();
        Wire stream = connect()) {
      String path = "/api/config/services/router";
      Map<String, String> token = TestToken.header("operator");
      assertThat(keepAlive.call("GET", path, token, null).status()).isEqualTo(200);
      assertThat(stream.call("GET", "/api/config/events", token, null).status()).isEqualTo(200);

      TestCertificates.Pair pair = authority.issue("second", NAMES);
      BigInteger second = TestCertificates.read(pair.certificate()).getSerialNumber();
      replace(pair.certificate(), certificate);
      // The key does not belong to it yet: the old pair goes on.
      TimeUnit.SECONDS.sleep(3);
      assertThat(served()).isEqualTo(first);
      replace(pair.key(), key);
      await().atMost(FEW_SECONDS).until(() -> served().equals(second));

      Wire.Reply changed =
          keepAlive.call("PATCH", path + "?version=1", token, "{\"router_wake_ack_text\":\"new\"}");
      assertThat(changed.status()).as(changed.body()).isEqualTo(200);
      await()
          .atMost(FEW_SECONDS)
          .until(() -> stream.line().contains("\"router_wake_ack_text\":\"new\""));

      Files.writeString(certificate, "no certificate");
      TimeUnit.SECONDS.sleep(3);
      assertThat(served()).as("a broken file keeps the last good one").isEqualTo(second);
    }
    assertThat(ManagerProcess.text(manager.log())).contains("CONFIG_MANAGER_TLS_CERT");
  }

  private static BigInteger served() throws Exception {
    try (SSLSocket socket = socket()) {
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  private static void replace(Path file, Path target) throws IOException {
    Path copy = Files.copy(file, folder.resolve("copy"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void start_keyOfAnotherCertificate_isRefusedWithOneLine() throws Exception {
    Path other = Files.createDirectory(folder.resolve("refused"));
    ManagerProcess refused =
        ManagerProcess.prepare(
            other,
            Map.of(
                "CONFIG_MANAGER_TLS_CERT", authority.issue("one", NAMES).certificate().toString(),
                "CONFIG_MANAGER_TLS_KEY", authority.issue("two", NAMES).key().toString()));
    try (refused) {
      refused.launch();
      assertThat(refused.awaitExit()).isEqualTo(78);
    }
    String log = ManagerProcess.text(refused.log());
    assertThat(log.lines().filter(line -> line.contains("Not started"))).hasSize(1);
    assertThat(log).contains("CONFIG_MANAGER_TLS_").doesNotContain("\tat ");
  }
}
