package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power is cut: the manager's whole folder is on an ext4 file system in a file, which is shut
 * down by force, so that all that was not synced is gone; then it is mounted again.
 */
@Chaos.Suite
class ChaosPowerCutIT {
  private static final int WRITERS = 8;
  private static final int DISK_MEGABYTES = 1024;
  private static final long SEED = Long.getLong("holdfast.chaos.seed", 4);

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private final List<String> lost = new ArrayList<>();
  private final List<String> torn = new ArrayList<>();
  private long slowest;
  private int done;

  /**
   * Every other cut comes while threads write, the others when they have stopped and the files have
   * caught up: only then it is known what must be in them.
   */
  @Test
  void powerCut_whileWritingAndAfter_losesAndTearsNothing() throws Exception {
    String fault = "power cut";
    Chaos.requireLoop(fault);
    Chaos.require(fault, "xfs_io");
    int cycles = Chaos.cycles(8, 1_000);
    try (Chaos.Disk disk = disk();
        ManagerProcess manager = ManagerProcess.start(disk.point(), Chaos.quickStart())) {
      Oracle oracle = new Oracle(manager);
      oracle.begin();
      OracleCheck check = oracle.check();
      try {
        for (; done < cycles; done++) {
          DiskFiles.Seen before = done % 2 == 0 ? cutAfter(oracle, disk) : cutWhile(oracle, disk);
          manager.kill();
          oracle.awaitWriters();
          disk.unmount();
          disk.mount();
          DiskFiles.Seen after = check.files().look();
          check.torn().addAll(after.broken());
          check.lost().addAll(after.lostSince(before));
          startAfter(check, manager);
          check.verify(done % 50 == 0 || done == cycles - 1);
          check.assertNothingFound();
        }
      } finally {
        String note = "%,d changes acknowledged, %d too late to count, seed %d";
        FaultTable.row(
            fault,
            done,
            check.lost().size(),
            check.torn().size(),
            slowest,
            note.formatted(oracle.acknowledgedInAll(), oracle.late(), SEED));
      }
      assertThat(oracle.acknowledgedInAll()).isGreaterThan(cycles);
      assertThat(slowest).as("ready again, in milliseconds").isLessThanOrEqualTo(5_000);
    }
  }

  /** A manager that does not start any more has lost all. */
  private void startAfter(OracleCheck check, ManagerProcess manager) throws Exception {
    try {
      restart(manager);
    } catch (AssertionError e) {
      check.lost().add("everything, for it does not start: " + e.getMessage());
      check.assertNothingFound();
    }
  }

  /** Gives what was on disk for certain when the power went. */
  private DiskFiles.Seen cutWhile(Oracle oracle, Chaos.Disk disk) throws Exception {
    oracle.startWriters(WRITERS);
    oracle.awaitAcknowledgement();
    TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
    oracle.goDeaf();
    disk.cutPower();
    return DiskFiles.NOTHING;
  }

  /** The same, with files that were let alone for long enough to be on disk as they were seen. */
  private DiskFiles.Seen cutAfter(Oracle oracle, Chaos.Disk disk) throws Exception {
    oracle.startWriters(WRITERS);
    oracle.awaitAcknowledgement();
    oracle.stopWriters();
    oracle.check().verify(false);
    DiskFiles.Seen seen = oracle.check().files().look();
    TimeUnit.MILLISECONDS.sleep(100 + random.nextInt(100));
    disk.cutPower();
    return seen;
  }

  /** The first start of all writes keys, tables and files; whatever is there then must do. */
  @Test
  void powerCut_duringTheFirstStart_leavesNothingThatStopsTheNext() throws Exception {
    String fault = "power cut during the first start";
    Chaos.requireLoop(fault);
    Chaos.require(fault, "xfs_io");
    int cycles = Chaos.cycles(4, 200);
    int beforeData = 0;
    try (Chaos.Disk disk = disk()) {
      try {
        for (; done < cycles; done++) {
          Chaos.run("find", disk.point().toString(), "-mindepth", "1", "-delete");
          Chaos.run("sync", "-f", disk.point().toString());
          try (ManagerProcess manager = ManagerProcess.prepare(disk.point(), Chaos.quickStart())) {
            beforeData += cutDuringStart(manager, disk) ? 0 : 1;
          }
          assertThat(lost).isEmpty();
          assertThat(torn).isEmpty();
        }
      } finally {
        String note = "%d of them before there was a database, seed %d";
        FaultTable.row(
            fault, done, lost.size(), torn.size(), slowest, note.formatted(beforeData, SEED));
      }
    }
  }

  /** Gives whether there was a database already. */
  private boolean cutDuringStart(ManagerProcess manager, Chaos.Disk disk) throws Exception {
    Path dotenv = disk.point().resolve(".env");
    manager.launch();
    awaitExistence(dotenv);
    TimeUnit.MILLISECONDS.sleep(random.nextInt(600));
    String before = Files.readString(dotenv);
    boolean wasReady = isReady(manager);
    disk.cutPower();
    manager.kill();
    disk.unmount();
    disk.mount();
    boolean data = Files.exists(manager.data("config.db"));
    String after = ManagerProcess.text(dotenv);
    if (wasReady && !after.equals(before)) {
      lost.add(".env was complete, and is not what it was");
    }
    if (!after.isEmpty() && !after.equals(before)) {
      torn.add(".env: " + after.length() + " of " + before.length() + " characters");
    }
    try {
      restart(manager);
      assertThat(manager.service("router").getLong("version")).isEqualTo(1);
      assertThat(manager.patch("router", 1, "{\"router_wake_ack_text\":\"on\"}").statusCode())
          .isEqualTo(200);
    } catch (AssertionError e) {
      torn.add("the next start: " + e.getMessage());
      throw e;
    }
    return data;
  }

  private static boolean isReady(ManagerProcess manager) throws InterruptedException {
    try {
      return manager.call("GET", "/health/ready", null, null).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static void awaitExistence(Path file) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!Files.exists(file)) {
      assertThat(System.nanoTime()).as("%s is made", file).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private void restart(ManagerProcess manager) throws Exception {
    long start = System.nanoTime();
    manager.startAgain();
    slowest = Math.max(slowest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  private Chaos.Disk disk() throws Exception {
    return Chaos.ext4(folder.resolve("disk"), folder.resolve("point"), DISK_MEGABYTES);
  }
}
