package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The manager is started where something is wrong: what it says, what it serves, what it leaves.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadGroundIT {
  private static final String OTHER_EPOCH = "11111111-1111-4111-8111-111111111111";
  private static final String CORRUPTED = "corrupted";
  private static final String LOCKED = "locked";
  private static final BadGround.Step STAYS = null;

  @TempDir static Path folder;

  private Map<String, String> quick;
  private Truth truth;
  private Path whole;

  /** The same manager's folder one change later. */
  private Path later;

  @BeforeAll
  void prepare() throws Exception {
    quick = Chaos.quickStart();
    whole = folder.resolve("whole");
    truth = Truth.in(whole, false, quick);
    later = BadGround.later(truth, folder.resolve("later"), quick);
  }

  /** Event, status, where the settings come from; how it is made bad and how it heals. */
  Stream<Arguments> readOnly() {
    return Stream.of(
        bad(
            "database missing",
            "database-missing",
            CORRUPTED,
            "lkg",
            ground -> ground.remove(BadGround.DATABASE),
            ground -> ground.putBack(BadGround.DATABASE)),
        bad(
            "database empty",
            "database-corrupted",
            CORRUPTED,
            "lkg",
            ground -> ground.write(BadGround.DATABASE, new byte[0]),
            ground -> ground.putBack(BadGround.DATABASE)),
        bad(
            "database truncated",
            "database-corrupted",
            CORRUPTED,
            "lkg",
            ground ->
                ground.write(
                    BadGround.DATABASE,
                    java.util.Arrays.copyOf(ground.bytes(BadGround.DATABASE), 100_000)),
            ground -> ground.putBack(BadGround.DATABASE)),
        bad(
            "database garbage",
            "database-corrupted",
            CORRUPTED,
            "lkg",
            ground ->
                ground.write(
                    BadGround.DATABASE,
                    "no database ".repeat(9_000).getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            ground -> ground.putBack(BadGround.DATABASE)),
        bad(
            "database foreign",
            "database-foreign",
            CORRUPTED,
            "lkg",
            ground -> {
              ground.remove(BadGround.DATABASE);
              ground.sql("CREATE TABLE recipes (id INTEGER)", "PRAGMA application_id = 4711");
            },
            ground -> ground.putBack(BadGround.DATABASE)),
        bad(
            "database without tables",
            "database-corrupted",
            CORRUPTED,
            "lkg",
            ground -> {
              ground.remove(BadGround.DATABASE);
              ground.sql("PRAGMA application_id = 1212566596", "PRAGMA journal_mode = WAL");
            },
            ground -> ground.putBack(BadGround.DATABASE)),
        bad(
            "database newer",
            "database-newer",
            CORRUPTED,
            "lkg",
            ground -> ground.sql("PRAGMA journal_mode = DELETE", "PRAGMA user_version = 999"),
            ground -> ground.putBack(BadGround.DATABASE)),
        bad(
            "database locked",
            "database-locked",
            LOCKED,
            "lkg",
            BadGround::lock,
            BadGround::release),
        bad(
            "database read-only",
            "database-read-only",
            LOCKED,
            "lkg",
            BadGround::readOnly,
            BadGround::writable),
        bad(
            "disk full",
            "database-full|database-failed",
            LOCKED,
            "lkg",
            BadGround::fill,
            BadGround::free),
        bad(
            "database behind the cache",
            "database-behind",
            CORRUPTED,
            "database",
            ground -> {
              ground.put(later.resolve("data/config/" + BadGround.LKG), BadGround.LKG);
              ground.put(later.resolve("data/config/" + BadGround.EPOCH), BadGround.EPOCH);
            },
            STAYS),
        bad(
            "epoch file of another epoch",
            "database-other-epoch",
            CORRUPTED,
            "database",
            ground -> ground.resign(BadGround.EPOCH, "config_epoch", OTHER_EPOCH),
            STAYS),
        bad(
            "epoch file tampered with",
            "epoch-file-invalid",
            CORRUPTED,
            "database|lkg",
            ground -> ground.flip(BadGround.EPOCH),
            STAYS),
        bad(
            "database missing, cache tampered with",
            "database-missing",
            CORRUPTED,
            "default",
            ground -> {
              ground.remove(BadGround.DATABASE);
              ground.flip(BadGround.LKG);
            },
            ground -> ground.putBack(BadGround.DATABASE)),
        bad(
            "database and cache missing",
            "database-missing",
            CORRUPTED,
            "default",
            ground -> ground.remove(BadGround.DATABASE, BadGround.LKG),
            ground -> ground.putBack(BadGround.DATABASE)));
  }

  private static Arguments bad(
      String name,
      String event,
      String status,
      String source,
      BadGround.Step damage,
      BadGround.Step heal) {
    return argumentSet(name, event, status, source, damage, heal);
  }

  @ParameterizedTest
  @MethodSource("readOnly")
  void start_badGround_servesReadOnlyAndSaysSo(
      String event, String status, String source, BadGround.Step damage, BadGround.Step heal)
      throws Exception {
    if (event.matches("database-(read-only|full).*")) {
      Chaos.requireMount("start on bad ground");
    }
    Path trial = truth.copy(Files.createTempDirectory(folder, "trial").resolve("manager"));
    try (BadGround ground = new BadGround(trial, whole);
        ManagerProcess manager = ManagerProcess.prepare(trial, quick)) {
      damage.on(ground);
      Map<String, String> before = BadGround.contents(trial);
      manager.startAgain();
      JsonObject health = Witness.detail(manager);
      assertThat(Witness.fallback(health)).as("%s", health).isTrue();
      assertThat(health.getString("event")).matches(event);
      assertThat(health.getString("database_status")).isEqualTo(status);
      HttpResponse<String> read = manager.get("/api/config/services/router");
      assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
      assertThat(read.headers().firstValue("X-Config-Source").orElse("none")).matches(source);
      BadGround.isSearched(manager);
      if (!source.equals("default")) {
        assertThat(truth.lies(manager)).isEmpty();
      }
      Witness.isRefusal(manager.patch("router", 1, "{\"router_wake_ack_text\":\"no\"}"));
      assertThat(BadGround.said(manager, "WARN", "(" + health.getString("event") + "): .+"))
          .isEqualTo(1);
      assertThat(BadGround.contents(trial)).as("nothing is made or overwritten").isEqualTo(before);
      if (heal != STAYS) {
        heal.on(ground);
        Witness.await(
            Duration.ofSeconds(5),
            "it heals by itself",
            () -> Witness.well(Witness.detail(manager)),
            () -> Witness.detail(manager));
        assertThat(truth.lies(manager)).isEmpty();
        BadGround.isWritable(manager);
      }
    }
  }

  /** How it is made bad, and what the log says of it. */
  Stream<Arguments> harmless() {
    return Stream.of(
        argumentSet("cache missing", step(ground -> ground.remove(BadGround.LKG)), "config\\.lkg"),
        argumentSet(
            "cache tampered with", step(ground -> ground.flip(BadGround.LKG)), "config\\.lkg"),
        argumentSet(
            "cache of another epoch",
            step(ground -> ground.resign(BadGround.LKG, "config_epoch", OTHER_EPOCH)),
            "config\\.lkg"),
        argumentSet(
            "cache older",
            step(
                ground -> {
                  for (String name : new String[] {BadGround.DATABASE, BadGround.EPOCH}) {
                    ground.put(later.resolve("data/config").resolve(name), name);
                  }
                }),
            "config\\.lkg"),
        argumentSet(
            "epoch file missing",
            step(ground -> ground.remove(BadGround.EPOCH)),
            "health\\+epoch\\.json"));
  }

  private static BadGround.Step step(BadGround.Step step) {
    return step;
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void start_fileBesideTheDatabaseBad_replacesItAndSaysSo(BadGround.Step damage, String said)
      throws Exception {
    Path trial = truth.copy(Files.createTempDirectory(folder, "trial").resolve("manager"));
    try (BadGround ground = new BadGround(trial, whole);
        ManagerProcess manager = ManagerProcess.prepare(trial, quick)) {
      damage.on(ground);
      manager.startAgain();
      DiskFiles files = new DiskFiles(manager);
      Witness.await(
          Duration.ofSeconds(5),
          "the cache and the epoch file are whole",
          () ->
              Witness.well(Witness.detail(manager))
                  && Files.exists(manager.data(BadGround.EPOCH))
                  && Files.exists(manager.data(BadGround.LKG))
                  && files.look().broken().isEmpty(),
          () -> Witness.detail(manager) + " " + files.look());
      assertThat(manager.service("router").getString("config_epoch")).isEqualTo(truth.epoch());
      assertThat(BadGround.said(manager, "WARN|INFO", ".*" + said + ".*"))
          .as(ManagerProcess.text(manager.log()))
          .isEqualTo(1);
      BadGround.isWritable(manager);
    }
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(longs = {315_360_000, -315_360_000})
  void start_clockFarOff_isHarmless(long seconds) throws Exception {
    Chaos.require("start on bad ground", "cc");
    Path trial = truth.copy(Files.createTempDirectory(folder, "trial").resolve("manager"));
    FalseClock clock = FalseClock.in(trial);
    clock.set(seconds);
    Map<String, String> environment = new HashMap<>(quick);
    environment.putAll(clock.environment());
    try (ManagerProcess manager = ManagerProcess.prepare(trial, environment)) {
      manager.startAgain();
      assertThat(Witness.well(Witness.detail(manager))).isTrue();
      assertThat(truth.lies(manager)).isEmpty();
      BadGround.isWritable(manager);
    }
  }
}
