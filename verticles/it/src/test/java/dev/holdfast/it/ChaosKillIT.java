package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL while eight threads write, again and again on one folder: at random moments, and on the
 * way into the N-th write, fsync or rename of a file.
 */
@Chaos.Suite
class ChaosKillIT {
  private static final int WRITERS = 8;
  private static final long SEED = Long.getLong("holdfast.chaos.seed", 4);

  /** Where the kernel ends the process: a system call on a file, and the highest N to draw. */
  private record Spot(String call, String file, int highest) {}

  private static final List<Spot> SPOTS =
      List.of(
          new Spot("pwrite64", "config.db-wal", 200),
          new Spot("pwrite64", "config.db-wal", 20),
          new Spot("fsync", "config.db-wal", 20),
          new Spot("pwrite64", "config.db", 50),
          new Spot("fsync", ".config.lkg.json.tmp", 3),
          new Spot("rename", ".config.lkg.json.tmp", 3),
          new Spot("rename", ".health+epoch.json.tmp", 3));

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private final Map<String, Integer> hits = new TreeMap<>();
  private long slowest;

  @Test
  void kill_atRandomWhileWriting_losesNothingAcknowledged() throws Exception {
    run("kill -9 while writing, at random", Chaos.cycles(8, 1_000), this::killAtRandom);
  }

  @Test
  void kill_intoTheNthSystemCall_losesNothingAcknowledged() throws Exception {
    String fault = "kill -9 into the N-th write, fsync or rename";
    Chaos.require(fault, "strace");
    run(fault, Chaos.cycles(7, 1_000), this::killIntoCall);
  }

  /** One end of a manager; the writers are told by it. */
  @FunctionalInterface
  private interface End {
    void come(ManagerProcess manager, Oracle oracle, int cycle) throws Exception;
  }

  private void run(String fault, int cycles, End end) throws Exception {
    Path data = Files.createDirectory(folder.resolve("manager"));
    int done = 0;
    try (ManagerProcess manager = ManagerProcess.start(data, Chaos.quickStart())) {
      Oracle oracle = new Oracle(manager);
      oracle.begin();
      try {
        for (; done < cycles; done++) {
          end.come(manager, oracle, done);
          oracle.awaitWriters();
          oracle.check().torn().addAll(oracle.check().files().look().broken());
          long start = System.nanoTime();
          manager.startAgain();
          slowest = Math.max(slowest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
          oracle.check().verify(done % 50 == 0 || done == cycles - 1);
          oracle.check().assertNothingFound();
        }
        verifyMqtt(manager);
      } finally {
        FaultTable.row(
            fault,
            done,
            oracle.check().lost().size(),
            oracle.check().torn().size(),
            slowest,
            "%,d changes acknowledged, seed %d%s"
                .formatted(oracle.acknowledgedInAll(), SEED, hits.isEmpty() ? "" : "; " + hits));
      }
      assertThat(oracle.acknowledgedInAll()).isGreaterThan(cycles);
      assertThat(slowest).as("ready again, in milliseconds").isLessThanOrEqualTo(5_000);
    }
  }

  private void killAtRandom(ManagerProcess manager, Oracle oracle, int cycle) throws Exception {
    oracle.startWriters(WRITERS);
    oracle.awaitAcknowledgement();
    TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
    manager.kill();
  }

  private void killIntoCall(ManagerProcess manager, Oracle oracle, int cycle) throws Exception {
    Spot spot = SPOTS.get(cycle % SPOTS.size());
    int index = 1 + random.nextInt(spot.highest());
    try (Tracer tracer =
        Tracer.inject(
            manager, manager.data(spot.file()), spot.call(), "signal=KILL:when=" + index)) {
      oracle.startWriters(WRITERS);
      boolean hit = manager.endsWithin(4_000);
      hits.merge(spot.call() + " " + spot.file() + (hit ? "" : " not reached"), 1, Integer::sum);
      assertThat(tracer.seen()).as("calls of %s seen", spot).isNotEmpty();
      if (!hit) {
        manager.kill();
      }
    }
  }

  /** A fresh subscriber is told the state over which all agree. */
  private static void verifyMqtt(ManagerProcess manager) throws Exception {
    try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/#")) {
      for (String service : Oracle.SERVICES) {
        long version = manager.service(service).getLong("version");
        Awaitility.await()
            .atMost(Duration.ofSeconds(5))
            .until(() -> subscriber.version(service) == version);
      }
    }
  }
}
