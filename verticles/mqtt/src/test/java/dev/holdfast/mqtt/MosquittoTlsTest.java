package dev.holdfast.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that we did not write, with a certificate of its own, that demands one of its clients.
 */
@ExtendWith(VertxExtension.class)
class MosquittoTlsTest {
  private static final Path MOSQUITTO = Path.of("/usr/sbin/mosquitto");
  private static final Path OPENSSL = Path.of("/usr/bin/openssl");

  @TempDir static Path folder;
  private static int port;
  private static @Nullable Process mosquitto;

  private Rooms rooms;

  @BeforeAll
  static void startMosquitto() throws Exception {
    for (Path needed : List.of(MOSQUITTO, OPENSSL)) {
      if (!Files.isExecutable(needed)) {
        if ("true".equals(System.getenv("CI"))) {
          fail(needed + " is missing");
        }
        abort("skipped: " + needed + " missing");
      }
    }
    authority("ca");
    authority("other");
    signed("broker", "DNS:localhost");
    signed("client", "DNS:client");
    port = Foreign.freePort();
    Path config = folder.resolve("mosquitto.conf");
    Files.writeString(
        config,
        String.join(
            "\n",
            "listener " + port + " 127.0.0.1",
            "allow_anonymous true",
            "user root",
            "cafile " + folder.resolve("ca.pem"),
            "certfile " + folder.resolve("broker.pem"),
            "keyfile " + folder.resolve("broker.key"),
            "require_certificate true",
            ""));
    mosquitto =
        new ProcessBuilder(MOSQUITTO.toString(), "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
              }
            });
  }

  @AfterAll
  static void stopMosquitto() throws Exception {
    Process running = mosquitto;
    if (running != null) {
      running.destroyForcibly();
      assertThat(running.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @BeforeEach
  void furnish(Vertx vertx) {
    rooms = new Rooms(vertx);
  }

  @AfterEach
  void clear() throws Exception {
    rooms.undeploy();
  }

  @Test
  void connect_rightAuthorityAndCertificate_works() throws Exception {
    deploy("localhost", "ca", true);
    assertThat(rooms.connected()).isTrue();
  }

  @Test
  void connect_brokerOfAnotherAuthority_isRefused() throws Exception {
    deploy("localhost", "other", true);
    assertThat(rooms.connected()).isFalse();
  }

  @Test
  void connect_certificateForAnotherHost_isRefused() throws Exception {
    deploy("127.0.0.1", "ca", true);
    assertThat(rooms.connected()).isFalse();
  }

  @Test
  void connect_withoutACertificate_isRefused() throws Exception {
    deploy("localhost", "ca", false);
    assertThat(rooms.connected()).isFalse();
  }

  @Test
  void options_halfAPairOrNoTls_areRefused() {
    Path file = folder.resolve("client.pem");
    assertThatThrownBy(() -> options("mqtts://localhost", null, file, null))
        .hasMessageContaining("CONFIG_MQTT_CLIENT_KEY")
        .hasMessageContaining("both or neither");
    assertThatThrownBy(() -> options("mqtt://localhost", file, null, null))
        .hasMessageContaining("CONFIG_MQTT_CA_FILE")
        .hasMessageContaining("mqtts://");
    assertThatThrownBy(() -> options("mqtts://localhost", folder.resolve("nix"), null, null))
        .hasMessageContaining("CONFIG_MQTT_CA_FILE")
        .hasMessageContaining("PEM");
  }

  private void deploy(String host, String authority, boolean withCertificate) throws Exception {
    rooms.deploy(
        options(
            "mqtts://" + host + ":" + port,
            folder.resolve(authority + ".pem"),
            withCertificate ? folder.resolve("client.pem") : null,
            withCertificate ? folder.resolve("client.key") : null));
    await().until(() -> !rooms.states.isEmpty());
  }

  private static MqttVerticle.Options options(
      String url, @Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {
    return new MqttVerticle.Options(url, "127.0.0.1", 1883, 120_000, ca, certificate, key);
  }

  private static void authority(String name) throws Exception {
    openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-keyout",
        name + ".key",
        "-out",
        name + ".pem");
  }

  private static void signed(String name, String alternative) throws Exception {
    openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-addext",
        "subjectAltName=" + alternative,
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-keyout",
        name + ".key",
        "-out",
        name + ".pem");
  }

  private static void openssl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(OPENSSL.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("openssl.log"))).isZero();
  }
}
