package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the data fills up and is freed, again and again. */
@Chaos.Suite
class ChaosDiskFullIT {
  private static final String FAULT = "disk full";
  private static final int CYCLES = Chaos.cycles(4, 100);
  private static final int MEGABYTES = 200;

  /** Long enough that what the log has left over is used up after a few hundred. */
  private static final int VALUE = 8_000;

  private static final int MOST_WRITES = 2_000;

  @TempDir Path folder;

  @Test
  void diskFull_writesAre503_readsGoOnAndItHealsByItself() throws Exception {
    Chaos.requireMount(FAULT);
    long slowest = 0;
    long slowestSeen = 0;
    int accepted = 0;
    long lost;
    try (Chaos.Disk disk = Chaos.tmpfs(folder.resolve("data"), MEGABYTES);
        ManagerProcess manager =
            Witness.started(folder, Map.of("CONFIG_LKG_MIN_INTERVAL_MS", "0"))) {
      Witness witness = new Witness(manager, "one", "two");
      Path filler = disk.point().resolve("filler");
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        fill(filler);
        HttpResponse<String> refused = null;
        for (int i = 0; i < MOST_WRITES && refused == null; i++) {
          HttpResponse<String> answer = witness.write("one", VALUE);
          if (answer.statusCode() == 503) {
            refused = answer;
          } else {
            accepted++;
          }
        }
        assertThat(refused).as("a write that no longer fits").isNotNull();
        slowestSeen =
            Math.max(
                slowestSeen,
                Witness.await(
                    Duration.ofSeconds(1),
                    "database-full is said",
                    () -> "database-full".equals(witness.health().getString("event")),
                    witness::health));
        assertThat(witness.health().getString("database_status")).isEqualTo("locked");
        for (int i = 0; i < 20; i++) {
          witness.readsAreLive();
          Witness.isRefusal(witness.write(i % 2 == 0 ? "one" : "two", 10));
        }
        HttpResponse<String> read = manager.get("/api/config/services/one");
        assertThat(read.headers().firstValue("X-Config-Source")).hasValue("lkg");
        Files.delete(filler);
        slowest = Math.max(slowest, witness.awaitWell("one", Duration.ofSeconds(10)));
        witness.readsAreLive();
      }
      lost = witness.lost();
      long newest = witness.newest("one");
      Witness.await(
          Duration.ofSeconds(35),
          "the cache holds the newest state",
          () -> inCache(manager, "one") == newest,
          () -> "version " + inCache(manager, "one") + " of " + newest);
      manager.terminate();
      String damage = Witness.damage(manager.data("config.db"));
      FaultTable.row(
          FAULT,
          CYCLES,
          lost,
          damage.isEmpty() ? 0 : 1,
          slowest,
          "%,d writes still found room; then 503, said in health within %d ms; integrity_check %s"
              .formatted(accepted, slowestSeen, damage.isEmpty() ? "ok" : damage));
      assertThat(lost).as("acknowledged changes lost").isZero();
      assertThat(damage).isEmpty();
      assertThat(slowest).as("slowest recovery in ms").isLessThanOrEqualTo(5_000);
    }
  }

  private static long inCache(ManagerProcess manager, String service) throws IOException {
    return new JsonObject(Files.readString(manager.data("config.lkg.json")))
        .getJsonObject("payload")
        .getJsonObject("versions")
        .getLong(service);
  }

  /** Writes until not one byte more fits. */
  private static void fill(Path file) throws IOException {
    byte[] block = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left on device");
    }
  }
}
