package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Mosquitto that is killed, stopped for a while, and started again. */
@Chaos.Suite
class ChaosBrokerIT {
  private static final String FAULT = "broker dies, hangs, restarted";
  private static final int FLAPS = Chaos.cycles(4, 200);
  private static final int WRITES = 50;

  @TempDir Path folder;

  @Test
  void brokerFlaps_writesNeverWaitAndItConverges() throws Exception {
    Chaos.require(FAULT, "mosquitto", "kill");
    int port = ManagerProcess.freePort();
    Process broker = mosquitto(port);
    List<Long> quiet = new ArrayList<>();
    List<Long> during = new ArrayList<>();
    long slowest = 0;
    try (ManagerProcess manager =
        Witness.started(folder, Map.of("MQTT_URL", "mqtt://127.0.0.1:" + port))) {
      Witness witness = new Witness(manager, "one");
      Receiver receiver = new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
      write(witness, new ArrayList<>()); // The first of all are slow by themselves.
      for (int flap = 0; flap < FLAPS; flap++) {
        write(witness, quiet);
        converged(port, witness.newest("one"), receiver, Duration.ofSeconds(10));
        boolean hang = flap % 2 == 1;
        if (hang) {
          signal(broker, "STOP");
        } else {
          broker.destroyForcibly().waitFor();
        }
        write(witness, during);
        // Some outages are short, some longer than the first pauses before the next attempt.
        TimeUnit.MILLISECONDS.sleep((flap * 700L) % 3_000);
        write(witness, during);
        if (hang) {
          signal(broker, "CONT");
        } else {
          broker = mosquitto(port);
        }
        slowest =
            Math.max(
                slowest, converged(port, witness.newest("one"), receiver, Duration.ofSeconds(20)));
      }
      long lost = witness.lost();
      long quietP99 = Witness.p99(quiet);
      long duringP99 = Witness.p99(during);
      FaultTable.row(
          FAULT,
          FLAPS,
          lost,
          FaultTable.NONE,
          slowest,
          "half killed, half stopped; p99 of a write %,d ms during an outage, %,d ms without"
              .formatted(duringP99, quietP99));
      assertThat(lost).isZero();
      assertThat(duringP99)
          .as("p99 of a write in an outage, %d ms without", quietP99)
          .isLessThanOrEqualTo(Math.max(50, 3 * quietP99));
      assertThat(slowest).as("converged after ms").isLessThanOrEqualTo(5_000);
    } finally {
      signal(broker, "CONT");
      broker.destroyForcibly();
    }
  }

  /** So slow that what is written takes minutes to arrive. */
  @Test
  void brokerSlow_writesNeverWaitAndItConverges() throws Exception {
    String fault = "broker slow";
    Chaos.require(fault, "mosquitto");
    int cycles = Chaos.cycles(1, 20);
    List<Long> quiet = new ArrayList<>();
    List<Long> during = new ArrayList<>();
    long slowest = 0;
    int port = ManagerProcess.freePort();
    Process broker = mosquitto(port);
    try (SlowLane lane = new SlowLane(port);
        ManagerProcess manager =
            Witness.started(folder, Map.of("MQTT_URL", "mqtt://127.0.0.1:" + lane.port()))) {
      Witness witness = new Witness(manager, "one");
      Receiver receiver = new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
      write(witness, new ArrayList<>());
      for (int cycle = 0; cycle < cycles; cycle++) {
        write(witness, quiet);
        converged(port, witness.newest("one"), receiver, Duration.ofSeconds(10));
        lane.slow(200);
        write(witness, during);
        write(witness, during);
        lane.fast();
        slowest =
            Math.max(
                slowest, converged(port, witness.newest("one"), receiver, Duration.ofSeconds(20)));
      }
      long lost = witness.lost();
      long quietP99 = Witness.p99(quiet);
      long duringP99 = Witness.p99(during);
      FaultTable.row(
          fault,
          cycles,
          lost,
          FaultTable.NONE,
          slowest,
          "200 bytes a second; p99 of a write %,d ms meanwhile, %,d ms without"
              .formatted(duringP99, quietP99));
      assertThat(lost).isZero();
      assertThat(duringP99)
          .as("p99 of a write meanwhile, %d ms without", quietP99)
          .isLessThanOrEqualTo(Math.max(50, 3 * quietP99));
      assertThat(slowest).as("converged after ms").isLessThanOrEqualTo(5_000);
    } finally {
      broker.destroyForcibly();
    }
  }

  private static void write(Witness witness, List<Long> nanos) throws Exception {
    for (int i = 0; i < WRITES; i++) {
      long start = System.nanoTime();
      HttpResponse<String> answer = witness.write("one", 10);
      nanos.add(System.nanoTime() - start);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  /** Somebody who comes anew finds the newest version and takes it; gives the milliseconds. */
  private static long converged(int port, long version, Receiver receiver, Duration most)
      throws Exception {
    String topic = "system/config/one";
    Subscriber[] subscriber = new Subscriber[1];
    try {
      long millis =
          Witness.await(
              most,
              "version " + version + " is heard",
              () -> {
                subscriber[0] = subscriber[0] == null ? connect(port) : subscriber[0];
                return subscriber[0] != null && subscriber[0].version("one") == version;
              },
              () -> subscriber[0] == null ? "no broker" : subscriber[0].version("one"));
      assertThat(
              receiver.receive(
                  topic, subscriber[0].newest.get(topic).getBytes(UTF_8), Instant.now()))
          .isIn(null, "version");
      return millis;
    } finally {
      if (subscriber[0] != null) {
        subscriber[0].close();
      }
    }
  }

  private static Subscriber connect(int port) {
    try {
      return new Subscriber(port, "system/config/#");
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static void signal(Process process, String signal) throws Exception {
    Chaos.status("kill", "-" + signal, String.valueOf(process.pid()));
  }

  private static Process mosquitto(int port) throws IOException {
    return new ProcessBuilder(
            ManagerProcess.find("mosquitto").toString(), "-p", String.valueOf(port))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
