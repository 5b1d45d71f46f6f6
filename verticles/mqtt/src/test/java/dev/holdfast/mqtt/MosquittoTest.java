package dev.holdfast.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same with a broker that we did not write. */
@ExtendWith(VertxExtension.class)
class MosquittoTest {
  private static final String HEALTH = "system/health/config-manager";

  private Rooms rooms;
  private int port;
  private String program;
  private Process mosquitto;

  @BeforeEach
  void furnish(Vertx vertx) throws Exception {
    Optional<Path> found =
        Stream.concat(
                Stream.of("/usr/sbin"),
                Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)))
            .map(folder -> Path.of(folder, "mosquitto"))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      if ("true".equals(System.getenv("CI"))) {
        fail("mosquitto is missing");
      }
      abort("skipped: mosquitto missing");
    }
    program = found.get().toString();
    port = Foreign.freePort();
    rooms = new Rooms(vertx);
    startMosquitto();
  }

  @AfterEach
  void clear() throws Exception {
    if (mosquitto != null) {
      signal("CONT");
      rooms.undeploy();
      stopMosquitto();
    }
  }

  private void startMosquitto() throws IOException {
    mosquitto =
        new ProcessBuilder(program, "-p", String.valueOf(port))
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

  private void stopMosquitto() throws InterruptedException {
    mosquitto.destroyForcibly();
    assertThat(mosquitto.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(mosquitto.pid())).start().waitFor();
  }

  private void deploy(long answerMillis) throws Exception {
    rooms.deploy(
        new MqttVerticle.Options(
            "mqtt://127.0.0.1:" + port,
            "127.0.0.1",
            1883,
            120_000,
            10_000,
            answerMillis,
            10,
            null,
            null,
            null));
    await().until(rooms::connected);
  }

  private void awaitConnected() {
    await().atMost(Duration.ofSeconds(5)).until(rooms::connected);
  }

  @Test
  void killedAndRestarted_newestOfEachServiceIsPublishedOnce() throws Exception {
    rooms.store("a", 1);
    rooms.store("b", 1);
    rooms.store("gone", 1);
    deploy(5_000);
    for (int round = 0; round < 3; round++) {
      await().until(rooms::connected);
      stopMosquitto();
      await().until(() -> !rooms.connected());
      String a = "";
      for (int i = 0; i < 10; i++) {
        a = rooms.put("a", i);
      }
      if (round == 0) {
        rooms.delete("gone");
      }
      startMosquitto();
      String expected = a;
      try (Foreign reader =
          Foreign.connect(port).subscribe("system/config/#", MqttQos.AT_LEAST_ONCE)) {
        await()
            .atMost(Duration.ofSeconds(5))
            .untilAsserted(
                () -> {
                  assertThat(reader.payloads("system/config/a")).containsExactly(expected);
                  assertThat(reader.payloads("system/config/b"))
                      .containsExactly(Rooms.payload("b", 1, "{\"value\":1}"));
                });
        assertThat(reader.newest("system/config/gone")).isIn(null, "");
      }
    }
    assertThat(rooms.meters.counter("holdfast.mqtt.reconnects").count()).isEqualTo(3);
  }

  @Test
  void stoppedForSeconds_convergesOnANewConnection() throws Exception {
    rooms.store("a", 1);
    deploy(1_000);
    try (Foreign reader = Foreign.connect(port).subscribe("system/#")) {
      await().until(() -> reader.received.size() == 2);
      signal("STOP");
      String newest = "";
      for (int i = 0; i < 5; i++) {
        newest = rooms.put("a", i);
        if (i == 0) {
          await().until(() -> !rooms.connected());
        }
      }
      signal("CONT");
      awaitConnected();
      String expected = newest;
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() -> assertThat(reader.newest("system/config/a")).isEqualTo(expected));
      assertThat(reader.payloads("system/config/a"))
          .extracting(payload -> new JsonObject(payload).getLong("version"))
          .isSorted();
      await()
          .untilAsserted(
              () -> assertThat(new JsonObject(reader.newest(HEALTH)).getBoolean("ok")).isTrue());
    }
  }

  @Test
  void flaps_withoutTraffic_endConnected() throws Exception {
    rooms.store("a", 1);
    deploy(5_000);
    for (int i = 0; i < 5; i++) {
      stopMosquitto();
      await().until(() -> !rooms.connected());
      startMosquitto();
      awaitConnected();
    }
    String expected = rooms.put("a", 2);
    try (Foreign reader = Foreign.connect(port).subscribe("system/config/a")) {
      await().untilAsserted(() -> assertThat(reader.newest("system/config/a")).isEqualTo(expected));
    }
  }
}
