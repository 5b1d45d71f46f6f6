package dev.holdfast.mqtt;

import static com.hivemq.client.mqtt.datatypes.MqttQos.AT_LEAST_ONCE;
import static com.hivemq.client.mqtt.datatypes.MqttQos.AT_MOST_ONCE;
import static com.hivemq.client.mqtt.datatypes.MqttQos.EXACTLY_ONCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAckReturnCode;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import dev.holdfast.messages.fleet.ReportForm;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class EmbeddedBrokerTest {
  private static final String MANAGER_ID = "holdfast-0123abcd";

  private Vertx vertx;
  private int port;
  private BrokerAddress manager;
  private final AtomicInteger refused = new AtomicInteger();

  @BeforeEach
  void makeVertx(Vertx vertx) {
    this.vertx = vertx;
  }

  private void start(String listener) throws Exception {
    port = Foreign.freePort();
    Access access = new Access(BrokerAddress.ofListener("listener", listener, port), MANAGER_ID);
    manager = access.manager("127.0.0.1", port);
    Rooms.join(
        vertx.deployVerticle(
            new AbstractVerticle() {
              @Override
              public void start(io.vertx.core.Promise<Void> started) {
                new EmbeddedBroker(vertx, access, "127.0.0.1", port, refused::incrementAndGet)
                    .listen()
                    .onComplete(started);
              }
            }));
  }

  private Mqtt3ClientBuilder asManager() {
    return Foreign.builder(port)
        .identifier(MANAGER_ID)
        .simpleAuth()
        .username(manager.username())
        .password(manager.password().getBytes(UTF_8))
        .applySimpleAuth();
  }

  private Mqtt3ClientBuilder as(String username, String password) {
    return Foreign.builder(port)
        .simpleAuth()
        .username(username)
        .password(password.getBytes(UTF_8))
        .applySimpleAuth();
  }

  private Mqtt3ClientBuilder withWill(Mqtt3ClientBuilder builder, String topic) {
    return builder
        .willPublish()
        .topic(topic)
        .qos(AT_LEAST_ONCE)
        .retain(true)
        .payload("will".getBytes(UTF_8))
        .applyWillPublish();
  }

  @ParameterizedTest
  @EnumSource(value = MqttQos.class)
  void publish_guestElsewhere_arrives(MqttQos qos) throws Exception {
    start("127.0.0.1");
    try (Foreign reader = Foreign.connect(port).subscribe("other/#", EXACTLY_ONCE);
        Foreign writer = Foreign.connect(port)) {
      for (int i = 0; i < 50; i++) {
        writer.publish("other/x", "" + i, qos, false);
      }
      await().untilAsserted(() -> assertThat(reader.payloads("other/x")).hasSize(50));
      assertThat(reader.payloads("other/x")).startsWith("0", "1").endsWith("49");
      assertThat(reader.received).noneMatch(Foreign.Received::retained);
    }
  }

  @ParameterizedTest
  @EnumSource(value = MqttQos.class)
  void publish_guestUnderGuardedTopics_doesNotGetThrough(MqttQos qos) throws Exception {
    start("127.0.0.1");
    try (Foreign reader = Foreign.connect(port).subscribe("#");
        Foreign writer = Foreign.connect(port)) {
      writer.publish("system/config/x", "forged", qos, true);
      writer.publish("system/config", "forged", qos, true);
      writer.publish("system/health/config-manager", "forged", qos, true);
      writer.publish("system/health/x", "mine", AT_LEAST_ONCE, true);
      await().untilAsserted(() -> assertThat(reader.newest("system/health/x")).isEqualTo("mine"));
      assertThat(reader.received).hasSize(1);
      try (Foreign late = Foreign.connect(port).subscribe("#")) {
        await().untilAsserted(() -> assertThat(late.received).isNotEmpty());
        assertThat(late.received)
            .containsExactly(new Foreign.Received("system/health/x", "mine", true, AT_LEAST_ONCE));
      }
    }
  }

  @Test
  void report_ofAnInstance_arrivesAndIsRetained() throws Exception {
    start("127.0.0.1");
    String topic = "system/config-status/router/Kitchen-1.a_b";
    try (Foreign reader = Foreign.connect(port).subscribe("system/config-status/+/+");
        Foreign writer = Foreign.connect(port)) {
      writer.publish(topic, "mine", AT_LEAST_ONCE, true);
      await().untilAsserted(() -> assertThat(reader.newest(topic)).isEqualTo("mine"));
      try (Foreign late = Foreign.connect(port).subscribe("system/#")) {
        await().untilAsserted(() -> assertThat(late.newest(topic)).isEqualTo("mine"));
        assertThat(late.received).allMatch(Foreign.Received::retained);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "system/config-status",
        "system/config-status/router",
        "system/config-status/router/a/b",
        "system/config-status/router/",
        "system/config-status//a",
        "system/config-status/Router/a",
        "system/config-status/router/-a",
        "system/config-status/../config/router"
      })
  void report_underAnotherName_doesNotGetThrough(String topic) throws Exception {
    start("127.0.0.1");
    try (Foreign reader = Foreign.connect(port).subscribe("system/#");
        Foreign writer = Foreign.connect(port)) {
      writer.publish(topic, "x", AT_LEAST_ONCE, true);
      writer.publish(
          "system/config-status/router/a",
          "x".repeat(ReportForm.MAX_BYTES + 1),
          AT_LEAST_ONCE,
          true);
      writer.publish("system/end", "end", AT_LEAST_ONCE, false);
      await().untilAsserted(() -> assertThat(reader.newest("system/end")).isEqualTo("end"));
      assertThat(reader.received).hasSize(1);
      assertThat(refused).hasValue(2);
    }
    assertThatThrownBy(() -> Foreign.of(withWill(Foreign.builder(port), topic)).connect())
        .hasMessageContaining(Mqtt3ConnAckReturnCode.NOT_AUTHORIZED.name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"system/config/x", "system/health/config-manager"})
  void will_guestOnGuardedTopic_isRefused(String topic) throws Exception {
    start("127.0.0.1");
    assertThatThrownBy(() -> Foreign.of(withWill(Foreign.builder(port), topic)).connect())
        .hasMessageContaining(Mqtt3ConnAckReturnCode.NOT_AUTHORIZED.name());
  }

  @Test
  void will_elsewhere_isPublishedAndRetainedWhenTheConnectionBreaks() throws Exception {
    start("127.0.0.1");
    Proxy proxy = Proxy.to(vertx, port);
    try (Foreign reader = Foreign.connect(port).subscribe("other/#")) {
      Foreign.of(withWill(Foreign.builder(proxy.port()), "other/will")).connect();
      proxy.cut();
      await().untilAsserted(() -> assertThat(reader.newest("other/will")).isEqualTo("will"));
      try (Foreign late = Foreign.connect(port).subscribe("other/#")) {
        await().untilAsserted(() -> assertThat(late.newest("other/will")).isEqualTo("will"));
      }
    }
  }

  @Test
  void will_goodbye_keepsItBack() throws Exception {
    start("127.0.0.1");
    try (Foreign reader = Foreign.connect(port).subscribe("other/#")) {
      Foreign leaving = Foreign.of(withWill(Foreign.builder(port), "other/will"));
      leaving.connect();
      leaving.disconnect();
      try (Foreign writer = Foreign.connect(port)) {
        writer.publish("other/after", "x", AT_LEAST_ONCE, false);
      }
      await().untilAsserted(() -> assertThat(reader.newest("other/after")).isEqualTo("x"));
      assertThat(reader.newest("other/will")).isNull();
    }
  }

  @Test
  void manager_itsCredential_publishesAndWillsInGuardedTopics() throws Exception {
    start("127.0.0.1");
    Proxy proxy = Proxy.to(vertx, port);
    try (Foreign reader = Foreign.connect(port).subscribe("system/#")) {
      Foreign self =
          Foreign.of(
              withWill(asManager().serverPort(proxy.port()), "system/health/config-manager"));
      self.connect();
      self.publish("system/config/x", "good", AT_LEAST_ONCE, true);
      await().untilAsserted(() -> assertThat(reader.newest("system/config/x")).isEqualTo("good"));
      proxy.cut();
      await()
          .untilAsserted(
              () -> assertThat(reader.newest("system/health/config-manager")).isEqualTo("will"));
    }
  }

  @Test
  void manager_wrongPasswordOrItsClientId_isRefused() throws Exception {
    start("127.0.0.1");
    assertThatThrownBy(() -> Foreign.of(as(manager.username(), "guess")).connect())
        .hasMessageContaining(Mqtt3ConnAckReturnCode.BAD_USER_NAME_OR_PASSWORD.name());
    assertThatThrownBy(() -> Foreign.of(Foreign.builder(port).identifier(MANAGER_ID)).connect())
        .hasMessageContaining(Mqtt3ConnAckReturnCode.BAD_USER_NAME_OR_PASSWORD.name());
  }

  @Test
  void password_configured_othersAreRefused() throws Exception {
    start("user:secret@127.0.0.1");
    String refused = Mqtt3ConnAckReturnCode.BAD_USER_NAME_OR_PASSWORD.name();
    assertThatThrownBy(() -> Foreign.connect(port)).hasMessageContaining(refused);
    assertThatThrownBy(() -> Foreign.of(as("user", "wrong")).connect())
        .hasMessageContaining(refused);
    assertThatThrownBy(() -> Foreign.of(as("other", "secret")).connect())
        .hasMessageContaining(refused);
    try (Foreign known = Foreign.of(as("user", "secret"));
        Foreign self = Foreign.of(asManager())) {
      known.connect();
      self.connect();
      known.subscribe("system/#");
      known.publish("system/config/x", "forged", AT_LEAST_ONCE, true);
      self.publish("system/config/x", "good", AT_LEAST_ONCE, true);
      await().untilAsserted(() -> assertThat(known.received).isNotEmpty());
      assertThat(known.payloads("system/config/x")).containsExactly("good");
    }
  }

  @Test
  void subscribe_retained_comesFlaggedAndOnceForOverlaps() throws Exception {
    start("127.0.0.1");
    try (Foreign writer = Foreign.connect(port);
        Foreign reader = Foreign.connect(port)) {
      writer.publish("a/b", "old", AT_LEAST_ONCE, true);
      writer.publish("a/b", "new", AT_MOST_ONCE, true);
      reader.subscribe("a/+");
      await().untilAsserted(() -> assertThat(reader.received).isNotEmpty());
      assertThat(reader.received)
          .containsExactly(new Foreign.Received("a/b", "new", true, AT_MOST_ONCE));
      reader.subscribe("a/b");
      await().untilAsserted(() -> assertThat(reader.received).hasSize(2));
      writer.publish("a/b", "live", AT_LEAST_ONCE, false);
      writer.publish("a/end", "end", AT_LEAST_ONCE, false);
      await().untilAsserted(() -> assertThat(reader.newest("a/end")).isEqualTo("end"));
      assertThat(reader.payloads("a/b")).containsExactly("new", "new", "live");
    }
  }

  @Test
  void session_notClean_getsWhatItMissed() throws Exception {
    start("127.0.0.1");
    Foreign reader = Foreign.of(Foreign.builder(port));
    try (Foreign writer = Foreign.connect(port)) {
      assertThat(reader.connectKeepingSession().isSessionPresent()).isFalse();
      reader.subscribe("a/#");
      reader.disconnect();
      writer.publish("a/b", "missed", AT_LEAST_ONCE, false);
      assertThat(reader.connectKeepingSession().isSessionPresent()).isTrue();
      await().untilAsserted(() -> assertThat(reader.payloads("a/b")).containsExactly("missed"));
    } finally {
      reader.close();
    }
  }

  @Test
  void connect_sameClientId_takesOver() throws Exception {
    start("127.0.0.1");
    Foreign first = Foreign.of(Foreign.builder(port).identifier("twin"));
    first.connect();
    first.subscribe("a/#");
    try (Foreign second = Foreign.of(Foreign.builder(port).identifier("twin"));
        Foreign writer = Foreign.connect(port)) {
      second.connect();
      second.subscribe("b/#");
      writer.publish("a/x", "no", AT_LEAST_ONCE, false);
      writer.publish("b/x", "yes", AT_LEAST_ONCE, false);
      await().untilAsserted(() -> assertThat(second.payloads("b/x")).containsExactly("yes"));
      assertThat(List.of(first.received.size(), second.received.size())).containsExactly(0, 1);
    }
  }

  @Test
  void connect_mqtt5_isRefusedAsAnotherVersion() throws Exception {
    start("127.0.0.1");
    assertThatThrownBy(
            () ->
                Mqtt5Client.builder()
                    .serverHost("127.0.0.1")
                    .serverPort(port)
                    .buildBlocking()
                    .connect())
        .hasMessageContaining("UNSUPPORTED_PROTOCOL_VERSION");
  }

  @Test
  void publish_twoMebibytesAtMost_arrive() throws Exception {
    start("127.0.0.1");
    String large = "x".repeat(EmbeddedBroker.MAX_MESSAGE_BYTES - 100);
    try (Foreign reader = Foreign.connect(port).subscribe("a");
        Foreign writer = Foreign.connect(port)) {
      writer.publish("a", large, AT_LEAST_ONCE, true);
      await().until(() -> large.equals(reader.newest("a")));
    }
  }
}
