package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real Mosquitto in the embedded broker's place. */
class MosquittoIT {
  @TempDir Path folder;

  @Test
  void mosquitto_gonePeriod_writesGoOnAndTheNewestStateArrivesAfter() throws Exception {
    String program = ManagerProcess.require("mosquitto").toString();
    int port = ManagerProcess.freePort();
    Process broker = mosquitto(program, port);
    try (ManagerProcess manager =
        ManagerProcess.start(folder, Map.of("MQTT_URL", "mqtt://127.0.0.1:" + port))) {
      try (Subscriber subscriber = new Subscriber(port, "system/config/#")) {
        await().until(() -> subscriber.newest.size() == 7);
        manager.patch("router", 1, "{\"router_wake_ack_text\":\"a\"}");
        await().until(() -> subscriber.version("router") == 2);
      }
      broker.destroyForcibly().waitFor();
      for (int version = 2; version < 12; version++) {
        long start = System.nanoTime();
        assertThat(
                manager
                    .patch("router", version, "{\"router_wake_ack_text\":\"b" + version + "\"}")
                    .statusCode())
            .isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      }
      broker = mosquitto(program, port);
      Receiver receiver = new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
      try (Subscriber late = awaitSubscriber(port)) {
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> late.newest.size() == 7 && late.version("router") == 12);
        String topic = "system/config/router";
        assertThat(receiver.receive(topic, late.newest.get(topic).getBytes(UTF_8), Instant.now()))
            .isNull();
      }
    } finally {
      broker.destroyForcibly();
    }
  }

  private static Subscriber awaitSubscriber(int port) {
    Subscriber[] subscriber = new Subscriber[1];
    await()
        .ignoreExceptions()
        .until(
            () -> {
              subscriber[0] = new Subscriber(port, "system/config/#");
              return true;
            });
    return subscriber[0];
  }

  private static Process mosquitto(String program, int port) throws IOException {
    return new ProcessBuilder(program, "-p", String.valueOf(port))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
