package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * fsync fails: on each file of the manager's folder, at each call of a fixed sequence of changes;
 * once, after which all must heal by itself, and for good, after which the power is cut, so that a
 * change that was acknowledged without an fsync is gone.
 */
@Chaos.Suite
class ChaosFsyncIT {
  private static final String FAULT = "fsync fails";
  private static final String CALLS = "fsync,fdatasync";
  private static final String LOG_OF_WRITES = "config.db-wal";
  private static final int DISK_MEGABYTES = 512;
  private static final long FALLBACK_MILLIS = 1_000;
  private static final long HEALED_MILLIS = 5_000;

  /**
   * Whose fsync fails.
   *
   * @param file beside the database; "" for the folder itself
   * @param changes how many bring it to an fsync
   * @param indices how many calls fail in the short form, which leaves out what takes long
   */
  private record Spot(String file, int changes, int indices) {}

  private static final List<Spot> SPOTS =
      List.of(
          new Spot(LOG_OF_WRITES, 12, 2),
          // Reached when the log has grown to a thousand pages.
          new Spot("config.db", 250, 0),
          new Spot(".config.lkg.json.tmp", 12, 1),
          new Spot(".health+epoch.json.tmp", 12, 1),
          new Spot("", 12, 1));

  @TempDir Path folder;

  private int done;
  private int injected;
  private int notReached;
  private long slowest;
  private long slowestFallback;

  @Test
  void fsync_failsAtTheNthCall_isNeverAcknowledgedAndHeals() throws Exception {
    Chaos.requireLoop(FAULT);
    Chaos.require(FAULT, "strace", "xfs_io");
    try (Chaos.Disk disk =
            Chaos.ext4(folder.resolve("disk"), folder.resolve("point"), DISK_MEGABYTES);
        ManagerProcess manager = ManagerProcess.start(disk.point(), Chaos.quickStart())) {
      Oracle oracle = new Oracle(manager);
      oracle.begin();
      OracleCheck check = oracle.check();
      try {
        for (Spot spot : SPOTS) {
          if (!Chaos.FULL && spot.indices() == 0) {
            continue;
          }
          int last = Chaos.cycles(spot.indices(), lastCall(oracle, manager, spot));
          for (int index = 1; index <= last; index++) {
            failOnce(oracle, manager, spot, index);
            check.assertNothingFound();
            failForGood(oracle, manager, disk, spot, index);
            check.assertNothingFound();
            done += 2;
          }
        }
        check.verify(true);
        check.assertNothingFound();
      } finally {
        String note =
            "%,d calls failed, %d sequences ended before the call; %,d changes acknowledged, %,d"
                + " refused; fallback shown within %d ms";
        FaultTable.row(
            FAULT,
            done,
            check.lost().size(),
            check.torn().size(),
            slowest,
            note.formatted(
                injected,
                notReached,
                oracle.acknowledgedInAll(),
                oracle.refused(),
                slowestFallback));
      }
      assertThat(notReached).as("sequences without a failed call").isLessThan(done / 2);
    }
  }

  /** The index of the last call on the file that one thread makes in the sequence. */
  private static int lastCall(Oracle oracle, ManagerProcess manager, Spot spot) throws Exception {
    try (Tracer tracer = trace(manager, spot, "delay_enter=1")) {
      assertThat(oracle.writeInTurn(spot.changes())).as("refused without a fault").isZero();
      int last = tracer.mostOfOneThread();
      assertThat(last).as("fsyncs of %s", spot).isPositive();
      return last;
    }
  }

  private void failOnce(Oracle oracle, ManagerProcess manager, Spot spot, int index)
      throws Exception {
    try (Tracer tracer = trace(manager, spot, "error=EIO:when=" + index)) {
      int refused = oracle.writeInTurn(spot.changes());
      count(tracer, spot, refused);
    }
    long start = System.nanoTime();
    oracle.writeOne("one", HEALED_MILLIS);
    slowest = Math.max(slowest, millisSince(start));
    oracle.check().verify(false);
  }

  private void failForGood(
      Oracle oracle, ManagerProcess manager, Chaos.Disk disk, Spot spot, int index)
      throws Exception {
    try (Tracer tracer = trace(manager, spot, "error=EIO:when=" + index + "+")) {
      int refused = oracle.writeInTurn(spot.changes());
      long hit = count(tracer, spot, refused);
      if (spot.file().equals(LOG_OF_WRITES) && hit > 0) {
        awaitFallback(oracle, manager);
      }
      disk.cutPower();
      manager.kill();
    }
    disk.unmount();
    disk.mount();
    long start = System.nanoTime();
    manager.startAgain();
    oracle.writeOne("one", HEALED_MILLIS);
    slowest = Math.max(slowest, millisSince(start));
    oracle.check().verify(false);
  }

  private long count(Tracer tracer, Spot spot, int refused) throws Exception {
    long hit = tracer.injected();
    injected += (int) hit;
    notReached += hit == 0 ? 1 : 0;
    if (hit > 0 && spot.file().equals(LOG_OF_WRITES)) {
      assertThat(refused).as("changes refused, of those whose fsync failed").isPositive();
    }
    return hit;
  }

  /** The state that health tells after the first refusal, from another process's view. */
  private void awaitFallback(Oracle oracle, ManagerProcess manager) throws Exception {
    oracle.writeInTurn(1);
    JsonObject health = health(manager);
    while (!"read-only-fallback".equals(health.getString("operational_mode"))
        && millisSince(oracle.firstRefusal()) < FALLBACK_MILLIS) {
      TimeUnit.MILLISECONDS.sleep(10);
      health = health(manager);
    }
    slowestFallback = Math.max(slowestFallback, millisSince(oracle.firstRefusal()));
    assertThat(health.getString("operational_mode"))
        .as("%s", health)
        .isEqualTo("read-only-fallback");
    assertThat(health.getString("database_status")).isEqualTo("locked");
    assertThat(health.getBoolean("ok")).isFalse();
    assertThat(manager.service("one").getString("service")).isEqualTo("one");
  }

  private static JsonObject health(ManagerProcess manager) throws Exception {
    return new JsonObject(manager.get("/api/config/health").body());
  }

  private static Tracer trace(ManagerProcess manager, Spot spot, String what) throws Exception {
    return Tracer.inject(manager, manager.data(spot.file()), CALLS, what);
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }
}
