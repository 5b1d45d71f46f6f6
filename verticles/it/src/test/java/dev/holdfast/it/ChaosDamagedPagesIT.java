package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each page of the database, and its log, is altered in every way; then somebody reads. */
@Chaos.Suite
class ChaosDamagedPagesIT {
  private static final int MUTATIONS = Chaos.cycles(12, 1_000);
  private static final long SEED = 7;
  private static final int PAGE = 4096;

  /** What is done to a file; {@code page} is one of its pages. */
  private enum Damage {
    NOISE("page overwritten"),
    VALUE("value altered"),
    CUT("truncated"),
    BIT("bit flipped"),
    LOG_BIT("bit of the log flipped"),
    ZEROS("page of zeros"),
    LOG_CUT("log truncated"),
    OTHER("page of elsewhere"),
    LOG_ZEROS("log overwritten"),
    CUT_WITHIN("truncated within a page");

    final String words;

    Damage(String words) {
      this.words = words;
    }

    boolean ofLog() {
      return name().startsWith("LOG");
    }
  }

  @TempDir Path folder;

  private final Random random = new Random(SEED);

  @Test
  void databaseDamaged_nothingThatNeverWasIsServed() throws Exception {
    Map<String, String> quick = Chaos.quickStart();
    Truth closed = Truth.in(folder.resolve("closed"), false, quick);
    Truth killed = Truth.in(folder.resolve("killed"), true, quick);
    Map<String, Integer> outcomes = new TreeMap<>();
    List<String> lies = new ArrayList<>();
    try (ManagerProcess manager =
        Witness.started(killed.copy(folder.resolve("undamaged")), quick)) {
      assertThat(killed.lies(manager)).as("of what is undamaged").isEmpty();
    }
    int done = 0;
    try {
      for (; done < MUTATIONS && lies.size() < 10; done++) {
        Damage damage = Damage.values()[done % Damage.values().length];
        Truth truth = damage.ofLog() ? killed : closed;
        Path trial = truth.copy(folder.resolve("trial"));
        String what = alter(trial, damage, done / Damage.values().length);
        try (ManagerProcess manager = ManagerProcess.prepare(trial, quick)) {
          manager.startAgain();
          truth.lies(manager).forEach(lie -> lies.add(what + ": " + lie));
          var health = Witness.detail(manager);
          assertThat(Witness.well(health) || Witness.fallback(health))
              .as("%s: %s", what, health)
              .isTrue();
          outcomes.merge(
              health.getBoolean("ok") ? "harmless" : health.getString("event"), 1, Integer::sum);
          manager.kill();
        } catch (AssertionError e) {
          throw new AssertionError(what, e);
        }
        Chaos.run("rm", "-r", trial.toString());
      }
    } finally {
      FaultTable.row(
          "torn or altered pages",
          done,
          FaultTable.NONE,
          lies.size(),
          FaultTable.NONE,
          "altered values served: %d; said in health: %s".formatted(lies.size(), outcomes));
    }
    assertThat(lies).isEmpty();
    assertThat(outcomes).as("damage is seen").containsKey("database-corrupted");
  }

  /** Alters a file of the trial and gives what was done in words. */
  private String alter(Path trial, Damage damage, int turn) throws IOException {
    Path file =
        trial.resolve("data/config").resolve(damage.ofLog() ? "config.db-wal" : "config.db");
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes.length).as("%s", file).isGreaterThan(PAGE);
    int page = turn % (bytes.length / PAGE);
    int at = random.nextInt(bytes.length);
    byte[] altered =
        switch (damage) {
          case NOISE -> over(bytes, page, noise());
          case ZEROS, LOG_ZEROS -> over(bytes, page, new byte[PAGE]);
          case OTHER -> over(bytes, page, page(bytes, random.nextInt(bytes.length / PAGE)));
          case BIT -> flipped(bytes, page * PAGE + random.nextInt(PAGE));
          case LOG_BIT -> flipped(bytes, at);
          case CUT -> Arrays.copyOf(bytes, page * PAGE);
          case CUT_WITHIN, LOG_CUT -> Arrays.copyOf(bytes, at);
          case VALUE -> otherValue(bytes, turn);
        };
    Files.write(file, altered);
    return "%s, page %d or byte %d of %d (turn %d)"
        .formatted(damage.words, page, at, bytes.length, turn);
  }

  private static byte[] over(byte[] bytes, int page, byte[] with) {
    byte[] altered = bytes.clone();
    System.arraycopy(with, 0, altered, page * PAGE, PAGE);
    return altered;
  }

  private static byte[] page(byte[] bytes, int page) {
    return Arrays.copyOfRange(bytes, page * PAGE, (page + 1) * PAGE);
  }

  private byte[] noise() {
    byte[] noise = new byte[PAGE];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] flipped(byte[] bytes, int at) {
    byte[] altered = bytes.clone();
    altered[at] ^= (byte) (1 << random.nextInt(8));
    return altered;
  }

  /** Another digit in one of the values; no index and no structure of SQLite's tells of it. */
  private static byte[] otherValue(byte[] bytes, int turn) {
    String text = new String(bytes, US_ASCII);
    List<Integer> places = new ArrayList<>();
    for (int at = text.indexOf("canary-"); at >= 0; at = text.indexOf("canary-", at + 1)) {
      places.add(at + "canary-".length());
    }
    assertThat(places).isNotEmpty();
    byte[] altered = bytes.clone();
    int at = places.get(turn % places.size());
    altered[at] = (byte) (altered[at] == '9' ? '8' : '9');
    return altered;
  }
}
