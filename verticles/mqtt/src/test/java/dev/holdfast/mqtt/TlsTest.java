package dev.holdfast.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.net.PfxOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code mqtts}: the JVM's trust store decides, and the certificate must be for the host. */
@ExtendWith(VertxExtension.class)
class TlsTest {
  private static final String TRUST_STORE = "javax.net.ssl.trustStore";
  private static final String TRUST_STORE_PASSWORD = "javax.net.ssl.trustStorePassword";
  private static final String PASSWORD = "changeit";

  @TempDir static Path folder;
  private static Path store;

  private Rooms rooms;
  private MqttServer server;

  @BeforeEach
  void furnish(Vertx vertx) throws Exception {
    rooms = new Rooms(vertx);
    server =
        MqttServer.create(
            vertx,
            new MqttServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setSsl(true)
                .setKeyCertOptions(
                    new PfxOptions().setPath(store.toString()).setPassword(PASSWORD)));
    server.endpointHandler(endpoint -> endpoint.publishAutoAck(true).accept());
    Rooms.join(server.listen());
    System.setProperty(TRUST_STORE, store.toString());
    System.setProperty(TRUST_STORE_PASSWORD, PASSWORD);
  }

  @AfterEach
  void clear() throws Exception {
    System.clearProperty(TRUST_STORE);
    System.clearProperty(TRUST_STORE_PASSWORD);
    rooms.undeploy();
  }

  private void deploy(String host) throws Exception {
    rooms.deploy(
        new MqttVerticle.Options(
            "mqtts://" + host + ":" + server.actualPort(), "127.0.0.1", 1883, 120_000));
    await().until(() -> !rooms.states.isEmpty());
  }

  @BeforeAll
  static void makeCertificateForLocalhost() throws Exception {
    store = folder.resolve("broker.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
  }

  @Test
  void connect_trustedCertificateForTheHost_works() throws Exception {
    deploy("localhost");
    assertThat(rooms.connected()).isTrue();
  }

  @Test
  void connect_certificateForAnotherHost_isRefused() throws Exception {
    deploy("127.0.0.1");
    assertThat(rooms.connected()).isFalse();
  }

  @Test
  void connect_untrustedCertificate_isRefused() throws Exception {
    System.clearProperty(TRUST_STORE);
    deploy("localhost");
    assertThat(rooms.connected()).isFalse();
  }
}
