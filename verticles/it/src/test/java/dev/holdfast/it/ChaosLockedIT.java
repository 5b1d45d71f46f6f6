package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another process, which is this one, holds the database's lock. */
@Chaos.Suite
class ChaosLockedIT {
  private static final int SECONDS = Chaos.FULL ? 60 : 8;
  private static final long BUSY_TIMEOUT_MILLIS = 800;
  private static final long BOUND_MILLIS = BUSY_TIMEOUT_MILLIS + 500;
  private static final List<String> SERVICES = List.of("one", "two", "three", "four");

  @TempDir Path folder;

  @Test
  void databaseLocked_readsGoOnAndWritesAreRefusedInTime() throws Exception {
    ConcurrentLinkedQueue<Long> writes = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Long> reads = new ConcurrentLinkedQueue<>();
    try (ManagerProcess manager = Witness.started(folder, Map.of())) {
      Witness witness = new Witness(manager, SERVICES.toArray(String[]::new));
      AtomicBoolean held = new AtomicBoolean(true);
      ExecutorService threads = Executors.newFixedThreadPool(2 * SERVICES.size());
      List<Future<?>> working = new ArrayList<>();
      try (Connection holder = DriverManager.getConnection("jdbc:sqlite:" + database(manager));
          Statement statement = holder.createStatement()) {
        statement.execute("PRAGMA busy_timeout = 5000");
        statement.execute("BEGIN EXCLUSIVE");
        for (String service : SERVICES) {
          working.add(
              threads.submit(
                  repeat(
                      held,
                      writes,
                      () -> {
                        HttpResponse<String> answer = witness.write(service, 10);
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                        TimeUnit.MILLISECONDS.sleep(20);
                        return answer;
                      })));
          working.add(
              threads.submit(
                  repeat(
                      held,
                      reads,
                      () -> {
                        HttpResponse<String> answer =
                            manager.get("/api/config/services/" + service);
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                        TimeUnit.MILLISECONDS.sleep(5);
                        return answer;
                      })));
        }
        long seen =
            Witness.await(
                Duration.ofSeconds(3),
                "database-locked is said",
                () -> "database-locked".equals(witness.health().getString("event")),
                witness::health);
        assertThat(witness.health().getString("database_status")).isEqualTo("locked");
        assertThat(Witness.fallback(witness.health())).as("%s", witness.health()).isTrue();
        Witness.isRefusal(witness.write("one", 10));
        TimeUnit.SECONDS.sleep(SECONDS);
        held.set(false);
        for (Future<?> each : working) {
          each.get(30, TimeUnit.SECONDS);
        }
        witness.readsAreLive();
        statement.execute("ROLLBACK");
        long recovery = witness.awaitWell("one", Duration.ofSeconds(10));
        long lost = witness.lost();
        FaultTable.row(
            "database locked for %d s".formatted(SECONDS),
            1,
            lost,
            FaultTable.NONE,
            recovery,
            "%,d writes refused, p99 %,d ms (bound %,d ms); %,d reads, p99 %,d ms; said within %,d ms"
                .formatted(
                    writes.size(),
                    Witness.p99(writes),
                    BOUND_MILLIS,
                    reads.size(),
                    Witness.p99(reads),
                    seen));
        assertThat(Witness.p99(writes)).as("p99 of writes in ms").isLessThanOrEqualTo(BOUND_MILLIS);
        assertThat(Witness.p99(reads)).as("p99 of reads in ms").isLessThan(250);
        assertThat(lost).isZero();
        assertThat(recovery).as("recovery in ms").isLessThanOrEqualTo(5_000);
      } finally {
        held.set(false);
        threads.shutdownNow();
      }
    }
  }

  /** The process that holds the lock dies: its lock dies with it. */
  @Test
  void holderKilled_writesGoOn() throws Exception {
    String program = ManagerProcess.require("sqlite3").toString();
    try (ManagerProcess manager = Witness.started(folder, Map.of())) {
      Witness witness = new Witness(manager, "one");
      Process holder = new ProcessBuilder(program, database(manager)).start();
      try (var in = holder.outputWriter();
          var out = holder.inputReader()) {
        in.write(".timeout 5000\nBEGIN EXCLUSIVE;\nSELECT 'held';\n");
        in.flush();
        assertThat(out.readLine()).isEqualTo("held");
        Witness.await(
            Duration.ofSeconds(3),
            "database-locked is said",
            () ->
                witness.write("one", 10).statusCode() == 503
                    && "database-locked".equals(witness.health().getString("event")),
            witness::health);
        holder.destroyForcibly().waitFor();
        assertThat(witness.awaitWell("one", Duration.ofSeconds(5))).isLessThanOrEqualTo(5_000);
        assertThat(witness.lost()).isZero();
      } finally {
        holder.destroyForcibly();
      }
    }
  }

  private static String database(ManagerProcess manager) {
    return manager.data("config.db").toString();
  }

  private static Callable<Void> repeat(
      AtomicBoolean on, ConcurrentLinkedQueue<Long> nanos, Callable<?> call) {
    return () -> {
      while (on.get()) {
        long start = System.nanoTime();
        call.call();
        nanos.add(System.nanoTime() - start);
      }
      return null;
    };
  }
}
