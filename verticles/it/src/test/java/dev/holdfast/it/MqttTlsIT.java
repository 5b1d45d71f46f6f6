package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MQTT over TLS, with a real Mosquitto that asks for a client's certificate. */
class MqttTlsIT {
  private static final Duration FEW_SECONDS = Duration.ofSeconds(30);

  @TempDir Path folder;
  private TestCertificates authority;
  private TestCertificates.Pair client;
  private Process broker;
  private int tlsPort;
  private int plainPort;

  @BeforeEach
  void prepare() throws Exception {
    ManagerProcess.require("mosquitto");
    authority = new TestCertificates(folder, "authority");
    client = authority.issue("manager", "DNS:manager");
  }

  @AfterEach
  void stop() throws Exception {
    if (broker != null) {
      broker.destroyForcibly().waitFor();
    }
  }

  /** TLS for the manager; a plain listener for the test to listen at. */
  private void broker(String names) throws Exception {
    TestCertificates.Pair pair = authority.issue("broker", names);
    tlsPort = ManagerProcess.freePort();
    plainPort = ManagerProcess.freePort();
    Path settings = folder.resolve("mosquitto.conf");
    Files.writeString(
        settings,
        """
        user root
        allow_anonymous true
        listener %d 127.0.0.1
        cafile %s
        certfile %s
        keyfile %s
        require_certificate true
        listener %d 127.0.0.1
        """
            .formatted(tlsPort, authority.authority(), pair.certificate(), pair.key(), plainPort));
    broker =
        new ProcessBuilder(
                ManagerProcess.require("mosquitto").toString(), "-c", settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mosquitto.log").toFile())
            .start();
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("MQTT_URL", "mqtts://127.0.0.1:" + tlsPort);
    settings.put("CONFIG_MQTT_CA_FILE", authority.authority().toString());
    settings.put("CONFIG_MQTT_CLIENT_CERT", client.certificate().toString());
    settings.put("CONFIG_MQTT_CLIENT_KEY", client.key().toString());
    return settings;
  }

  @Test
  void publish_trustedBothWays_reachesTheBroker() throws Exception {
    broker("IP:127.0.0.1");
    try (ManagerProcess manager = ManagerProcess.start(folder, settings());
        Subscriber subscriber = subscriber()) {
      await().atMost(FEW_SECONDS).until(() -> subscriber.newest.size() == 7);
      assertThat(manager.patch("router", 1, "{\"router_wake_ack_text\":\"a\"}").statusCode())
          .isEqualTo(200);
      await().atMost(FEW_SECONDS).until(() -> subscriber.version("router") == 2);
      assertThat(health(manager).getString("event")).isNotEqualTo("mqtt-down");
    }
  }

  @Test
  void publish_otherAuthority_isNotTrusted() throws Exception {
    broker("IP:127.0.0.1");
    Map<String, String> settings = settings();
    settings.put(
        "CONFIG_MQTT_CA_FILE", new TestCertificates(folder, "stranger").authority().toString());
    hearsNothing(settings);
  }

  @Test
  void publish_certificateForAnotherHost_isNotTrusted() throws Exception {
    broker("IP:127.0.0.2,DNS:elsewhere.example");
    hearsNothing(settings());
  }

  @Test
  void publish_withoutClientCertificate_isTurnedAway() throws Exception {
    broker("IP:127.0.0.1");
    Map<String, String> settings = settings();
    settings.remove("CONFIG_MQTT_CLIENT_CERT");
    settings.remove("CONFIG_MQTT_CLIENT_KEY");
    hearsNothing(settings);
  }

  private void hearsNothing(Map<String, String> settings) throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder, settings);
        Subscriber subscriber = subscriber()) {
      await()
          .atMost(FEW_SECONDS)
          .untilAsserted(
              () -> assertThat(health(manager).getString("event")).isEqualTo("mqtt-down"));
      assertThat(manager.patch("router", 1, "{\"router_wake_ack_text\":\"a\"}").statusCode())
          .as("changes go on")
          .isEqualTo(200);
      assertThat(subscriber.subscribed()).isTrue();
      assertThat(subscriber.newest).isEmpty();
    }
  }

  private Subscriber subscriber() {
    Subscriber[] subscriber = new Subscriber[1];
    await()
        .atMost(FEW_SECONDS)
        .ignoreExceptions()
        .until(
            () -> {
              subscriber[0] = new Subscriber(plainPort, "system/config/#");
              return true;
            });
    return subscriber[0];
  }

  private static JsonObject health(ManagerProcess manager) throws Exception {
    return new JsonObject(manager.call("GET", "/api/config/health", null, null).body());
  }
}
