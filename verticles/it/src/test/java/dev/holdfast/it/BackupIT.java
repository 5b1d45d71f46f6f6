package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.it.Replicated.Version;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the manager says of its replica, with the real Litestream and an S3 store. */
class BackupIT {
  private static final int WRITES_A_SECOND = 100;

  @TempDir Path folder;
  private S3Store store;

  /** What does not hang on the version is tried with one of them, in the long form with both. */
  static Stream<Version> one() {
    return Chaos.FULL ? Stream.of(Version.values()) : Stream.of(Version.OLDER);
  }

  @BeforeEach
  void start() throws Exception {
    store = S3Store.start(folder);
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
  }

  @ParameterizedTest
  @EnumSource
  void writes_hundredASecond_lagStaysUnderFiveSeconds(Version litestream) throws Exception {
    try (Replicated it = Replicated.start(litestream, folder, store.environment())) {
      int seconds = Chaos.FULL ? 300 : 15;
      List<Double> lags = new ArrayList<>();
      long start = System.nanoTime();
      for (int second = 0; second < seconds; second++) {
        for (int i = 0; i < WRITES_A_SECOND; i++) {
          it.write();
        }
        lags.add(it.detail().getDouble("lag_seconds"));
        assertThat(it.health().getString("litestream_status")).isEqualTo("healthy");
        long rest = TimeUnit.SECONDS.toNanos(second + 1) - (System.nanoTime() - start);
        TimeUnit.NANOSECONDS.sleep(Math.max(0, rest));
      }
      Collections.sort(lags);
      assertThat(lags.get(lags.size() / 2)).isLessThan(5);
      if (Chaos.FULL) {
        assertThat(Collections.max(lags)).isLessThan(5);
      }
      Figures.note(
          "lag of the replica, %s: at most %s s".formatted(litestream, Collections.max(lags)));
      assertThat(it.manager.get("/metrics").body()).contains("holdfast_backup_ok 1.0");
      noSecrets(it);
    }
  }

  @ParameterizedTest
  @EnumSource
  void storeStopped_writesGoOn_isNamedInTime_drainsAfter(Version litestream) throws Exception {
    try (Replicated it = Replicated.start(litestream, folder, store.environment())) {
      store.stop();
      Replicated.Writing writing = it.writing(50);
      long millis = it.awaitEvent("replica-unreachable");
      assertThat(it.health().getString("err")).contains("s3://bucket/a/path");
      Figures.note("a stopped store is named, %s: after %d ms".formatted(litestream, millis));
      TimeUnit.SECONDS.sleep(Chaos.FULL ? 120 : 10);
      writing.end();
      assertThat(it.detail().getDouble("lag_seconds")).isGreaterThan(5);
      store.startAgain();
      long start = System.nanoTime();
      it.awaitHealthy(Duration.ofMinutes(2));
      it.awaitDrained(Duration.ofSeconds(60));
      Figures.note(
          "drained after the store came back, %s: after %d ms"
              .formatted(litestream, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
      long written = it.manager.service("router").getLong("version");
      Command restored =
          Command.succeed(
              it.manager, "restore", "--latest", "--to", folder.resolve("copy.db").toString());
      assertThat(restored.out()).contains("revision " + written + " of epoch");
      noSecrets(it);
    }
  }

  @ParameterizedTest
  @MethodSource("one")
  void litestream_killedStoppedGone_isNamed_andHealsByItself(Version litestream) throws Exception {
    try (Replicated it = Replicated.start(litestream, folder, store.environment())) {
      it.signal("STOP");
      it.awaitEvent("litestream-hung");
      it.signal("CONT");
      it.awaitHealthy();

      final ProcessHandle before = it.litestream();
      it.signal("KILL");
      await().until(() -> !before.isAlive());
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptions()
          .until(() -> it.litestream().pid() != before.pid());
      it.awaitHealthy();

      it.backup.terminate();
      it.awaitEvent("litestream-dead");
      it.write();
      it.backup.launch();
      it.awaitHealthy();
      assertThat(ManagerProcess.text(it.manager.log())).contains("litestream-dead: over");
    }
  }

  @ParameterizedTest
  @MethodSource("one")
  void credentials_wrong_areNamed(Version litestream) throws Exception {
    Map<String, String> environment = new HashMap<>(store.environment());
    environment.put("LITESTREAM_SECRET_ACCESS_KEY", "canary-wrong");
    try (Replicated it = Replicated.prepare(litestream, folder, environment)) {
      it.manager.startAgain();
      it.backup.launch();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> assertThat(it.health().getString("event")).isEqualTo("replica-refused"));
      assertThat(it.health().encode()).doesNotContain("canary");
      Command drill = Command.run(it.manager, "backup", "drill");
      assertThat(drill.exitCode()).isEqualTo(1);
      assertThat(drill.text()).doesNotContain("canary");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> it.detail().getJsonObject("last_restore_drill") != null);
      assertThat(it.detail().getJsonObject("last_restore_drill").getBoolean("ok")).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("one")
  void credentials_wrongForLitestreamOnly_isFrozen(Version litestream) throws Exception {
    try (Replicated it = Replicated.start(litestream, folder, store.environment())) {
      it.backup.terminate();
      it.backup.environment().put("LITESTREAM_SECRET_ACCESS_KEY", "canary-wrong");
      it.backup.launch();
      await()
          .atMost(Duration.ofSeconds(40))
          .untilAsserted(
              () -> {
                it.write();
                String event = it.health().getString("event");
                // The newer one ends when it is refused at its start, and so is not there.
                assertThat(event).isIn("backup-frozen", "litestream-dead");
              });
      assertThat(it.health().getString("litestream_status")).isEqualTo("error");
    }
  }

  private void noSecrets(Replicated it) throws Exception {
    JsonObject health = new JsonObject(it.manager.get("/api/config/health?detail=true").body());
    assertThat(health.encode()).doesNotContain("canary");
    assertThat(ManagerProcess.text(it.manager.log())).doesNotContain("canary");
    assertThat(it.manager.get("/metrics").body()).doesNotContain("canary");
    assertThat(Files.readString(it.manager.data("health+epoch.json"))).doesNotContain("canary");
  }
}
