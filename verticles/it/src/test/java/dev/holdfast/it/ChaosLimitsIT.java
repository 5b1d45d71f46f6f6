package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Too few file descriptors, little memory. */
@Chaos.Suite
class ChaosLimitsIT {
  private static final Duration RECOVERY = Duration.ofSeconds(5);
  private static final int DESCRIPTORS = 256;

  @TempDir Path folder;

  @Test
  void fewDescriptors_moreConnectionsThanThat_itLivesOnAndRecovers() throws Exception {
    String fault = DESCRIPTORS + " file descriptors";
    Chaos.require(fault, "prlimit");
    int cycles = Chaos.cycles(2, 100);
    long slowest = 0;
    int most = 0;
    int refused = 0;
    try (ManagerProcess manager = Witness.started(folder, Map.of())) {
      Witness witness = new Witness(manager, "one");
      Chaos.run(
          "prlimit",
          "--pid",
          String.valueOf(manager.pid()),
          "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS);
      for (int cycle = 0; cycle < cycles; cycle++) {
        List<Wire> crowd = new ArrayList<>();
        try {
          for (int i = 0; i < 2 * DESCRIPTORS; i++) {
            crowd.add(Wire.to(manager));
          }
          Witness.await(
              Duration.ofSeconds(5),
              "descriptors run out",
              () -> descriptors(manager) >= DESCRIPTORS - 8,
              () -> descriptors(manager));
          most = Math.max(most, descriptors(manager));
          // The witness has had its connection since before.
          for (int i = 0; i < 5; i++) {
            refused += witness.write("one", 10).statusCode() == 503 ? 1 : 0;
            witness.readsAreLive();
            JsonObject health = witness.health();
            assertThat(Witness.well(health) || Witness.fallback(health)).as("%s", health).isTrue();
          }
        } finally {
          for (Wire wire : crowd) {
            wire.close();
          }
        }
        slowest = Math.max(slowest, awaitOpen(manager, witness));
      }
      long lost = witness.lost();
      FaultTable.row(
          fault,
          cycles,
          lost,
          FaultTable.NONE,
          slowest,
          "%d connections; at most %d descriptors; who was connected is served, %d writes got 503"
              .formatted(2 * DESCRIPTORS, most, refused));
      assertThat(lost).isZero();
      assertThat(slowest).isLessThanOrEqualTo(RECOVERY.toMillis());
    }
  }

  private static int descriptors(ManagerProcess manager) throws IOException {
    try (var open = Files.list(Path.of("/proc/" + manager.pid() + "/fd"))) {
      return (int) open.count();
    }
  }

  /** Newcomers are served and writes are taken again. */
  private static long awaitOpen(ManagerProcess manager, Witness witness) throws Exception {
    long start = System.nanoTime();
    Witness.await(
        Duration.ofSeconds(15),
        "a newcomer is served",
        () -> {
          try (Wire fresh = Wire.to(manager)) {
            return fresh.call("GET", "/health/live", Map.of(), null).status() == 200;
          } catch (IOException e) {
            return false;
          }
        },
        () -> ManagerProcess.text(manager.log()));
    witness.awaitWell("one", Duration.ofSeconds(15));
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  /** Large changes, reads and streams at once; an end of the process would be clear as well. */
  @Test
  void littleMemory_underLoad_itIsWholeAfterwards() throws Exception {
    String fault = "-Xmx128m under load";
    int bursts = Chaos.cycles(2, 100);
    long slowest = 0;
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    try (ManagerProcess manager = Witness.started(folder, Map.of("_JAVA_OPTIONS", "-Xmx128m"))) {
      String[] services = {"one", "two", "three", "four"};
      Witness witness = new Witness(manager, services);
      ExecutorService threads = Executors.newFixedThreadPool(12);
      try {
        for (int burst = 0; burst < bursts; burst++) {
          long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
          List<Future<?>> load = new ArrayList<>();
          for (int i = 0; i < 12; i++) {
            String service = services[i % services.length];
            boolean writes = i < services.length;
            load.add(
                threads.submit(
                    () -> {
                      while (System.nanoTime() < until) {
                        calls.incrementAndGet();
                        HttpResponse<String> answer =
                            writes
                                ? witness.write(service, 200_000)
                                : manager.get("/api/config/history?limit=20&service=" + service);
                        refused.addAndGet(answer.statusCode() >= 500 ? 1 : 0);
                      }
                      return null;
                    }));
          }
          try (EventStream stream = new EventStream(manager, "", null)) {
            for (Future<?> each : load) {
              each.get(60, TimeUnit.SECONDS);
            }
            slowest = Math.max(slowest, witness.awaitWell("one", Duration.ofSeconds(15)));
            long version = witness.newest("one");
            slowest = Math.max(slowest, everyRoomLives(manager, stream, version));
          }
          witness.readsAreLive();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(ManagerProcess.text(manager.log())).doesNotContain("OutOfMemoryError");
      FaultTable.row(
          fault,
          bursts,
          FaultTable.NONE,
          FaultTable.NONE,
          slowest,
          "%,d calls with up to 200 kB, %,d refused; no room fell silent"
              .formatted(calls.get(), refused.get()));
      assertThat(slowest).isLessThanOrEqualTo(RECOVERY.toMillis());
    }
  }

  private static long everyRoomLives(ManagerProcess manager, EventStream stream, long version)
      throws Exception {
    try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/one")) {
      return Witness.await(
          Duration.ofSeconds(10),
          "MQTT, events and the cache are up to date",
          () ->
              subscriber.version("one") == version
                  && stream.of("config").stream()
                      .map(event -> new JsonObject(event.data()))
                      .anyMatch(
                          event ->
                              event.getString("service").equals("one")
                                  && event.getLong("version") == version)
                  && new JsonObject(Files.readString(manager.data("config.lkg.json")))
                          .getJsonObject("payload")
                          .getJsonObject("versions")
                          .getLong("one")
                      == version,
          () -> subscriber.version("one") + " of " + version);
    }
  }
}
