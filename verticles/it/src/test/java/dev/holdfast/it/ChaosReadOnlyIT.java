package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that takes no writes, from some moment on or from the start. */
@Chaos.Suite
class ChaosReadOnlyIT {
  private static final Duration RECOVERY = Duration.ofSeconds(5);

  @TempDir Path folder;

  /**
   * Immutable files: the kernel refuses each write, also through descriptors that are open. A page
   * of the memory that SQLite shares between its connections may be refused as well, which the
   * kernel can only say by SIGBUS: then the process ends, and has to come back read-only.
   */
  @Test
  void readOnlyFiles_whileItRuns_areSaidAndItRecovers() throws Exception {
    String fault = "files turn read-only while it runs";
    Chaos.requireLoop(fault);
    Chaos.require(fault, "chattr");
    int cycles = Chaos.cycles(3, 80);
    int ended = 0;
    long slowest = 0;
    try (Chaos.Disk disk = Chaos.ext4(folder.resolve("image"), folder.resolve("data"), 64);
        ManagerProcess manager = Witness.started(folder, Map.of())) {
      Witness witness = new Witness(manager, "one");
      String data = disk.point().resolve("config").toString();
      for (int cycle = 0; cycle < cycles; cycle++) {
        awaitCache(manager, Path.of(data, "config.lkg.json"));
        immutable(data, "+i");
        try {
          ended += endedBy(manager, witness) ? 1 : 0;
          JsonObject said = awaitFallback(manager, witness);
          assertThat(said.getString("event")).isIn("database-read-only", "database-failed");
          assertThat(said.getString("database_status")).isEqualTo("locked");
          witness.readsAreLive();
          Witness.isRefusal(witness.write("one", 10));
        } finally {
          immutable(data, "-i");
        }
        slowest = Math.max(slowest, witness.awaitWell("one", Duration.ofSeconds(15)));
        // The cache could not be written either; a start on it before it is would show it older.
        Witness.await(
            Duration.ofSeconds(15),
            "the cache is kept again",
            () -> witness.health().getValue("event") == null,
            () -> witness.health() + ManagerProcess.text(manager.log()));
      }
      long lost = witness.lost();
      FaultTable.row(
          fault,
          cycles,
          lost,
          FaultTable.NONE,
          slowest,
          "by chattr +i: reads live, writes 503; %d times SIGBUS ended the process, which came back"
                  .formatted(ended)
              + " read-only");
      assertThat(lost).isZero();
      assertThat(slowest).isLessThanOrEqualTo(RECOVERY.toMillis());
    }
  }

  /** On a busy machine the cache may be a moment behind, and a start on it would show it older. */
  private static void awaitCache(ManagerProcess manager, Path cache) throws Exception {
    String value = manager.service("one").getJsonObject("config").getString("value");
    Witness.await(
        Duration.ofSeconds(15),
        "the cache has the newest value",
        () -> ManagerProcess.text(cache).contains(value),
        () -> ManagerProcess.text(manager.log()));
  }

  /** Writes, in vain; the process may end of it and is started again by its supervisor. */
  private static boolean endedBy(ManagerProcess manager, Witness witness) throws Exception {
    try {
      assertThat(witness.write("one", 10).statusCode()).isEqualTo(503);
      return false;
    } catch (IOException e) {
      assertThat(manager.endsWithin(5_000)).as("no process that is half alive").isTrue();
      assertThat(ManagerProcess.text(manager.out())).contains("SIGBUS");
      manager.startAgain();
      return true;
    }
  }

  private static void immutable(String folder, String flag) throws Exception {
    for (String suffix : List.of("", "-wal", "-shm")) {
      String file = folder + "/config.db" + suffix;
      if (Files.exists(Path.of(file))) {
        Chaos.run("chattr", flag, file);
      }
    }
    Chaos.run("chattr", flag, folder);
  }

  private static JsonObject awaitFallback(ManagerProcess manager, Witness witness)
      throws Exception {
    Witness.await(
        Duration.ofSeconds(2),
        "the fallback is said",
        () -> Witness.fallback(witness.health()),
        () -> witness.health() + ManagerProcess.text(manager.log()));
    return witness.health();
  }

  /** A mount that is read-only at the start, and writable later. */
  @Test
  void readOnlyFileSystem_atTheStart_isSaidAndItRecovers() throws Exception {
    String fault = "read-only file system at the start";
    Chaos.requireMount(fault);
    int cycles = Chaos.cycles(2, 20);
    long slowest = 0;
    try (Chaos.Disk disk = Chaos.tmpfs(folder.resolve("data"), 64);
        ManagerProcess manager = ManagerProcess.prepare(folder, Chaos.quickStart())) {
      manager.startAgain();
      Witness witness = new Witness(manager, "one");
      for (int cycle = 0; cycle < cycles; cycle++) {
        manager.terminate();
        disk.remount("ro");
        manager.startAgain();
        assertThat(Witness.fallback(witness.health())).as("%s", witness.health()).isTrue();
        assertThat(witness.health().getString("event")).isEqualTo("database-read-only");
        witness.readsAreLive();
        Witness.isRefusal(witness.write("one", 10));
        disk.remount("rw");
        slowest = Math.max(slowest, witness.awaitWell("one", Duration.ofSeconds(15)));
      }
      long lost = witness.lost();
      FaultTable.row(fault, cycles, lost, FaultTable.NONE, slowest, "remounted ro, then rw");
      assertThat(lost).isZero();
      assertThat(slowest).isLessThanOrEqualTo(RECOVERY.toMillis());
    }
  }
}
