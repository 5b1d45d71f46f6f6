package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/** A manager with a replica, and {@code backup run} beside it with a real Litestream. */
final class Replicated implements AutoCloseable {
  /** The versions of Litestream that are tried. */
  enum Version {
    OLDER("litestream-0.3"),
    NEWER("litestream-0.5");

    private final String program;

    Version(String program) {
      this.program = program;
    }

    /** Where it is; else the test is skipped, or fails in CI. */
    Path require() {
      return ManagerProcess.require(program);
    }
  }

  final ManagerProcess manager;
  final ManagerProcess backup;
  private long version = 1;

  private Replicated(ManagerProcess manager) {
    this.manager = manager;
    this.backup = ManagerProcess.prepareBackup(manager);
  }

  /** Both running, and the replica proven healthy. */
  static Replicated start(Version litestream, Path folder, Map<String, String> environment)
      throws Exception {
    Replicated made = prepare(litestream, folder, environment);
    try {
      made.manager.startAgain();
      made.backup.launch();
      made.awaitHealthy();
      return made;
    } catch (Exception | AssertionError e) {
      made.close();
      throw e;
    }
  }

  /** Neither is started yet. */
  static Replicated prepare(Version litestream, Path folder, Map<String, String> environment)
      throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    all.put("LITESTREAM_EXECUTABLE", litestream.require().toString());
    all.put("LITESTREAM_METRICS_URL", "http://127.0.0.1:" + ManagerProcess.freePort() + "/metrics");
    all.put("CONFIG_BACKUP_DRILL_HOURS", "0");
    return new Replicated(ManagerProcess.prepare(folder, all));
  }

  JsonObject health() throws IOException, InterruptedException {
    return new JsonObject(manager.call("GET", "/api/config/health", null, null).body());
  }

  JsonObject detail() throws IOException, InterruptedException {
    return new JsonObject(manager.get("/api/config/health?detail=true").body())
        .getJsonObject("detail")
        .getJsonObject("backup");
  }

  void awaitHealthy() {
    awaitHealthy(Duration.ofSeconds(60));
  }

  void awaitHealthy(Duration patience) {
    await()
        .atMost(patience)
        .ignoreExceptions()
        .until(() -> "healthy".equals(health().getString("litestream_status")));
  }

  /** The event within the time that is promised; answers how long it took. */
  long awaitEvent(String event) {
    long start = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(15))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              JsonObject health = health();
              assertThat(health.getString("event")).as(health.encode()).isEqualTo(event);
              assertThat(health.getString("litestream_status")).isEqualTo("error");
              assertThat(health.getBoolean("ok")).as("settings are not touched by it").isTrue();
            });
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  /** A change whose value tells its version; answers the version. */
  long write() throws IOException, InterruptedException {
    String patch = "{\"router_wake_ack_text\":\"" + value(version + 1) + "\"}";
    var response = manager.patch("router", version, patch);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return ++version;
  }

  /** Writes all the time, with a pause after each change, until it is told to end. */
  Writing writing(int pauseMillis) {
    return new Writing(pauseMillis);
  }

  /** Changes made in the background; one that fails ends them, and is told by {@link #end}. */
  final class Writing {
    /** When each version was acknowledged. */
    final ConcurrentSkipListMap<Instant, Long> acknowledged = new ConcurrentSkipListMap<>();

    private final CompletableFuture<Void> work;
    private volatile boolean ending;

    private Writing(int pauseMillis) {
      this.work =
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (!ending) {
                    long version = write();
                    acknowledged.put(Instant.now(), version);
                    TimeUnit.MILLISECONDS.sleep(pauseMillis);
                  }
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
    }

    /** Ends; throws what a change failed with. */
    void end() throws Exception {
      ending = true;
      work.get(30, TimeUnit.SECONDS);
    }
  }

  /** Until nothing waits. */
  void awaitDrained(Duration patience) {
    await().atMost(patience).until(() -> detail().getDouble("lag_seconds") == 0);
  }

  /** What stands in the setting at a version. */
  static String value(long version) {
    return "value of version " + version;
  }

  /** The process of Litestream. */
  ProcessHandle litestream() {
    return ProcessHandle.of(backup.pid()).orElseThrow().children().findFirst().orElseThrow();
  }

  void signal(String name) throws Exception {
    assertThat(Chaos.status("kill", "-" + name, String.valueOf(litestream().pid()))).isZero();
  }

  @Override
  public void close() {
    backup.close();
    manager.close();
  }
}
