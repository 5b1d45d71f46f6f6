package dev.holdfast.mqtt;

import static com.hivemq.client.mqtt.datatypes.MqttQos.AT_LEAST_ONCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.messages.fleet.FleetRoutes;
import dev.holdfast.messages.fleet.InstanceReported;
import dev.holdfast.messages.mqtt.BrokerState;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class MqttVerticleTest {
  private static final String HEALTH = "system/health/config-manager";

  private Vertx vertx;
  private Rooms rooms;
  private int port;

  @BeforeEach
  void furnish(Vertx vertx) throws Exception {
    this.vertx = vertx;
    rooms = new Rooms(vertx);
    port = Foreign.freePort();
  }

  @AfterEach
  void clear() throws Exception {
    rooms.undeploy();
  }

  private MqttVerticle.Options embedded(long reissueMillis) {
    return new MqttVerticle.Options(
        null, "127.0.0.1", port, reissueMillis, 200, 500, 1, null, null, null);
  }

  private MqttVerticle.Options remote(int port) {
    return new MqttVerticle.Options(
        "mqtt://127.0.0.1:" + port, "127.0.0.1", 1883, 120_000, 200, 500, 1, null, null, null);
  }

  private void startEmbedded() throws Exception {
    rooms.deploy(embedded(120_000));
    awaitConnected();
  }

  private void awaitConnected() {
    await().atMost(Duration.ofSeconds(6)).until(rooms::connected);
  }

  private static JsonObject json(String text) {
    return text == null ? new JsonObject() : new JsonObject(text);
  }

  @Test
  void start_existingServices_areRetainedWithTheExactPayload() throws Exception {
    rooms.store("a", 1);
    rooms.store("b", 2);
    startEmbedded();

    try (Foreign reader = Foreign.connect(port).subscribe("system/config/#")) {
      await().untilAsserted(() -> assertThat(reader.received).hasSize(2));
      assertThat(reader.received)
          .containsExactlyInAnyOrder(
              new Foreign.Received(
                  "system/config/a", Rooms.payload("a", 1, "{\"value\":1}"), true, AT_LEAST_ONCE),
              new Foreign.Received(
                  "system/config/b", Rooms.payload("b", 1, "{\"value\":2}"), true, AT_LEAST_ONCE));
    }
    assertThat(rooms.asked).hasSize(2).allMatch(question -> question.epoch().equals(Rooms.EPOCH));
  }

  @Test
  void report_ofAnInstance_isToldAlsoAfterARestart() throws Exception {
    List<InstanceReported> told = new CopyOnWriteArrayList<>();
    rooms.bus.subscribe(FleetRoutes.REPORTED, told::add);
    startEmbedded();
    String report =
        "{\"version\":1,\"config_epoch\":\"%s\",\"applied\":true,\"at\":\"2026-01-01T00:00:00Z\"}"
            .formatted(Rooms.EPOCH);
    try (Foreign instance = Foreign.connect(port)) {
      instance.publish("system/config-status/router/a", report, AT_LEAST_ONCE, true);
      await().until(() -> !told.isEmpty());
      assertThat(told.get(0).instance()).isEqualTo("a");
      rooms.undeploy();
      told.clear();
    }
    startEmbedded();
    try (Foreign instance = Foreign.connect(port)) {
      await()
          .until(
              () -> {
                instance.publish("system/config-status/router/b", report, AT_LEAST_ONCE, false);
                return !told.isEmpty();
              });
      assertThat(told.get(0).via()).isEqualTo(InstanceReported.MQTT);
    }
  }

  @Test
  void change_reachesSubscribersWithinASecond() throws Exception {
    rooms.store("a", 1);
    startEmbedded();

    try (Foreign reader = Foreign.connect(port).subscribe("system/config/a")) {
      await().until(() -> reader.newest("system/config/a") != null);
      String expected = rooms.put("a", 2);
      await()
          .atMost(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(reader.newest("system/config/a")).isEqualTo(expected));
      await()
          .untilAsserted(
              () -> assertThat(rooms.meters.timer("holdfast.mqtt.publish.lag").count()).isOne());
      assertThat(rooms.meters.get("holdfast.mqtt.connected").gauge().value()).isEqualTo(1);
      await()
          .untilAsserted(
              () -> assertThat(rooms.meters.get("holdfast.mqtt.outbox").gauge().value()).isZero());
    }
  }

  @Test
  void change_burst_endsOnTheNewestAndNeverGoesBack() throws Exception {
    startEmbedded();
    try (Foreign reader = Foreign.connect(port).subscribe("system/config/#")) {
      String expected = "";
      for (int i = 1; i <= 500; i++) {
        expected = rooms.put("a", i);
        rooms.put("b" + i % 40, i);
      }
      String newest = expected;
      await().untilAsserted(() -> assertThat(reader.newest("system/config/a")).isEqualTo(newest));
      assertThat(reader.payloads("system/config/a"))
          .extracting(payload -> json(payload).getLong("version"))
          .isSorted()
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void change_missedRevision_isReadAgain() throws Exception {
    rooms.store("a", 1);
    startEmbedded();
    try (Foreign reader = Foreign.connect(port).subscribe("system/config/#")) {
      await().until(() -> reader.newest("system/config/a") != null);
      rooms.store("a", 2);
      rooms.put("b", 1);
      await()
          .untilAsserted(
              () ->
                  assertThat(reader.newest("system/config/a"))
                      .isEqualTo(Rooms.payload("a", 2, "{\"value\":2}")));
    }
  }

  @Test
  void settings_notReadyAtStart_areReadLater() throws Exception {
    rooms.store("a", 1);
    rooms.settingsReady = false;
    startEmbedded();
    rooms.settingsReady = true;
    try (Foreign reader = Foreign.connect(port).subscribe("system/config/a")) {
      await().until(() -> reader.newest("system/config/a") != null);
    }
  }

  @Test
  void signing_fails_isTriedAgainAndNothingUnsignedLeaves() throws Exception {
    rooms.cryptoReady = false;
    rooms.store("a", 1);
    startEmbedded();
    try (Foreign reader = Foreign.connect(port).subscribe("system/#")) {
      await().until(() -> reader.newest(HEALTH) != null && !rooms.asked.isEmpty());
      String expected = rooms.put("a", 2);
      assertThat(reader.newest("system/config/a")).isNull();
      rooms.cryptoReady = true;
      await().untilAsserted(() -> assertThat(reader.newest("system/config/a")).isEqualTo(expected));
    }
  }

  @Test
  void epoch_another_countsAnewAndClearsWhatIsGone() throws Exception {
    rooms.store("a", 1);
    rooms.store("a", 2);
    rooms.store("b", 1);
    startEmbedded();
    try (Foreign reader = Foreign.connect(port).subscribe("system/config/#")) {
      await().until(() -> reader.received.size() == 2);
      rooms.rebuild("a", 7);
      await()
          .untilAsserted(
              () -> {
                assertThat(reader.newest("system/config/a"))
                    .isEqualTo(Rooms.payload("a", 1, "{\"value\":7}"));
                assertThat(reader.newest("system/config/b")).isEmpty();
              });
    }
  }

  @Test
  void delete_clearsTheRetainedMessage() throws Exception {
    rooms.store("a", 1);
    startEmbedded();
    try (Foreign reader = Foreign.connect(port).subscribe("system/config/a")) {
      await().until(() -> reader.newest("system/config/a") != null);
      rooms.delete("a");
      await().untilAsserted(() -> assertThat(reader.newest("system/config/a")).isEmpty());
    }
    try (Foreign late = Foreign.connect(port).subscribe("system/#")) {
      await().until(() -> late.newest(HEALTH) != null);
      assertThat(late.newest("system/config/a")).isNull();
    }
  }

  @Test
  void reissue_everyServiceAgainWithinTheWindowFreshlySigned() throws Exception {
    IntStream.range(0, 5).forEach(i -> rooms.store("s" + i, i));
    rooms.deploy(embedded(1_000));
    awaitConnected();
    await().until(() -> rooms.asked.size() >= 5);
    int before = rooms.asked.size();
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(
                        rooms.asked.subList(before, rooms.asked.size()).stream()
                            .filter(question -> question.maxAgeMillis() == 0)
                            .map(question -> question.service()))
                    .contains("s0", "s1", "s2", "s3", "s4"));
    assertThat(rooms.asked.size() - before).isLessThan(15);
  }

  @Test
  void health_isRetainedAndFollowsChanges() throws Exception {
    startEmbedded();
    try (Foreign reader = Foreign.connect(port).subscribe(HEALTH)) {
      await().until(() -> reader.newest(HEALTH) != null);
      assertThat(reader.received.get(0).retained()).isTrue();
      assertThat(reader.newest(HEALTH))
          .isEqualTo(
              "{\"ok\":true,\"database_status\":\"healthy\",\"operational_mode\":\"normal\","
                  + "\"config_epoch\":\""
                  + Rooms.EPOCH
                  + "\",\"schema_version\":1,\"lkg_cache_valid\":true,"
                  + "\"litestream_status\":\"disabled\",\"last_backup\":null,"
                  + "\"event\":null,\"err\":null}");
      rooms.health(Rooms.report(false, "locked"));
      await()
          .untilAsserted(
              () -> assertThat(json(reader.newest(HEALTH)).getString("event")).isEqualTo("locked"));
    }
  }

  @Test
  void health_notKnownAtStart_comesWithTheFirstChange() throws Exception {
    rooms.noHealthYet();
    startEmbedded();
    try (Foreign reader = Foreign.connect(port).subscribe(HEALTH)) {
      rooms.health(Rooms.report(true, null));
      await()
          .untilAsserted(() -> assertThat(json(reader.newest(HEALTH)).getBoolean("ok")).isTrue());
    }
  }

  @Test
  void stop_saysGoodbye() throws Exception {
    startEmbedded();
    try (Foreign reader = Foreign.connect(port).subscribe(HEALTH)) {
      await().until(() -> reader.newest(HEALTH) != null);
      long before = System.nanoTime();
      rooms.undeploy();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
      await()
          .untilAsserted(
              () ->
                  assertThat(json(reader.newest(HEALTH)).getString("event"))
                      .isEqualTo("manager-stopped"));
      assertThat(json(reader.newest(HEALTH)).getBoolean("ok")).isFalse();
    }
  }

  @Test
  void foreignClient_cannotWriteWhatTheManagerWrites() throws Exception {
    rooms.store("a", 1);
    startEmbedded();
    try (Foreign forger = Foreign.connect(port);
        Foreign reader = Foreign.connect(port).subscribe("#")) {
      await().until(() -> reader.received.size() == 2);
      forger.publish("system/config/a", "", AT_LEAST_ONCE, true);
      forger.publish("system/config/a", "forged", AT_LEAST_ONCE, true);
      forger.publish(HEALTH, "forged", AT_LEAST_ONCE, true);
      forger.publish("system/config-status/a/1", "mine", AT_LEAST_ONCE, true);
      await().until(() -> reader.newest("system/config-status/a/1") != null);
      assertThat(reader.received).hasSize(3);
    }
    assertThatThrownBy(
            () ->
                Foreign.of(
                        Foreign.builder(port)
                            .willPublish()
                            .topic(HEALTH)
                            .payload("forged".getBytes(UTF_8))
                            .applyWillPublish())
                    .connect())
        .hasMessageContaining("NOT_AUTHORIZED");
  }

  @Test
  void password_configured_managerStillPublishes() throws Exception {
    rooms.store("a", 1);
    rooms.deploy(new MqttVerticle.Options(null, "user:p%40ss@127.0.0.1", port, 120_000));
    awaitConnected();
    assertThatThrownBy(() -> Foreign.connect(port))
        .hasMessageContaining("BAD_USER_NAME_OR_PASSWORD");
    try (Foreign reader =
        Foreign.of(
            Foreign.builder(port)
                .simpleAuth()
                .username("user")
                .password("p@ss".getBytes(UTF_8))
                .applySimpleAuth())) {
      reader.connect();
      reader.subscribe("system/config/a");
      await().until(() -> reader.newest("system/config/a") != null);
    }
  }

  @Test
  void port_taken_mqttIsOffUntilItIsFree() throws Exception {
    rooms.store("a", 1);
    try (ServerSocket other = new ServerSocket(port, 5, InetAddress.getLoopbackAddress())) {
      rooms.deploy(embedded(120_000));
      await().until(() -> !rooms.states.isEmpty());
      BrokerState state = rooms.states.get(0);
      assertThat(state.connected()).isFalse();
      assertThat(state.embedded()).isTrue();
      assertThat(state.fault())
          .startsWith("mqtt: port " + port + " on 127.0.0.1 is taken: MQTT is off");
      other.setSoTimeout(700);
      assertThatThrownBy(other::accept).hasMessageContaining("timed out");
      assertThat(rooms.states).hasSize(1);
    }
    awaitConnected();
    try (Foreign reader = Foreign.connect(port).subscribe("system/config/a")) {
      await().until(() -> reader.newest("system/config/a") != null);
    }
  }

  @Test
  void broker_connectionCut_lastWillThenHealthAgain() throws Exception {
    int brokerPort = Foreign.freePort();
    Access access = new Access(BrokerAddress.ofListener("x", "127.0.0.1", brokerPort), "none");
    Rooms.join(new EmbeddedBroker(vertx, access, "127.0.0.1", brokerPort, () -> {}).listen());
    BrokerAddress self = access.manager("127.0.0.1", brokerPort);
    Proxy proxy = Proxy.to(vertx, brokerPort);
    try (Foreign reader = Foreign.connect(brokerPort).subscribe("system/#")) {
      rooms.store("a", 1);
      rooms.deploy(
          new MqttVerticle.Options(
              "mqtt://" + self.username() + ":" + self.password() + "@127.0.0.1:" + proxy.port(),
              "127.0.0.1",
              1883,
              120_000));
      await().until(() -> reader.received.size() == 2);
      proxy.cut();
      await().until(() -> reader.payloads(HEALTH).size() == 3);
      JsonObject will = json(reader.payloads(HEALTH).get(1));
      assertThat(will.getBoolean("ok")).isFalse();
      assertThat(will.getString("event")).isEqualTo("manager-gone");
      assertThat(will.fieldNames()).isEqualTo(json(reader.payloads(HEALTH).get(0)).fieldNames());
      assertThat(json(reader.payloads(HEALTH).get(2)).getBoolean("ok")).isTrue();
      await().until(() -> reader.payloads("system/config/a").size() == 2);
      assertThat(rooms.meters.counter("holdfast.mqtt.reconnects").count()).isEqualTo(1);
      assertThat(rooms.states)
          .extracting(BrokerState::connected)
          .containsExactly(true, false, true);
      assertThat(rooms.states.toString()).doesNotContain(self.password());
    }
  }

  @Test
  void broker_acceptsAndNeverAnswers_isTriedAgainWithoutLeaks() throws Exception {
    Proxy silent = Proxy.silent(vertx);
    long before = System.nanoTime();
    rooms.deploy(remote(silent.port()));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
    await().until(() -> silent.accepted.get() >= 3);
    assertThat(silent.open()).isLessThanOrEqualTo(1);
    assertThat(rooms.states).allMatch(state -> !state.connected());
    assertThat(rooms.states.get(0).fault())
        .isEqualTo(
            "mqtt: no connection to 127.0.0.1:" + silent.port() + ": the broker does not answer");
    rooms.undeploy();
    await().untilAsserted(() -> assertThat(silent.open()).isZero());
  }

  @Test
  void broker_absent_startsAllTheSame() throws Exception {
    rooms.deploy(remote(Foreign.freePort()));
    await().until(() -> !rooms.states.isEmpty());
    assertThat(rooms.states.get(0).fault()).contains("no connection to 127.0.0.1:");
    rooms.put("a", 1);
    await()
        .untilAsserted(
            () ->
                assertThat(rooms.meters.get("holdfast.mqtt.outbox").gauge().value()).isEqualTo(2));
  }
}
