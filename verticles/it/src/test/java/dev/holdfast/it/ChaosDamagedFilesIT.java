package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files beside the database are altered, and the manager started. Of the cache and the epoch
 * file the tests of their rooms flip every bit and cut at every byte; here it is some of those on
 * the real process, and every byte of {@code .env} in the full form.
 */
@Chaos.Suite
class ChaosDamagedFilesIT {
  private static final String LKG = "data/config/config.lkg.json";
  private static final String EPOCH = "data/config/health+epoch.json";
  private static final String ENV = ".env";
  private static final List<String> KEYS =
      List.of(
          "CONFIG_MASTER_KEY_BASE64",
          "CONFIG_MASTER_KEY_ID",
          "LKG_HMAC_KEY_BASE64",
          "LKG_HMAC_KEY_ID",
          "CONFIG_SIGNATURE_PRIVATE_KEY",
          "CONFIG_SIGNATURE_PUBLIC_KEY");
  private static final int EX_CONFIG = 78;

  @TempDir Path folder;

  /** Bytes in the place of others. */
  private record Damage(String file, String words, Buffer content) {
    byte[] bytes() {
      return content.getBytes();
    }
  }

  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();

  @Test
  void fileDamaged_isRefusedAndSaidOrHarmless() throws Exception {
    Map<String, String> quick = Chaos.quickStart();
    Truth truth = Truth.in(folder.resolve("whole"), false, quick);
    List<Damage> all = damages(folder.resolve("whole"));
    List<Damage> these = all.subList(0, Chaos.cycles(all.size(), all.size()));
    int done = 0;
    try {
      for (Damage damage : these) {
        Path trial = truth.copy(folder.resolve("trial"));
        Files.write(trial.resolve(damage.file), damage.bytes());
        try (ManagerProcess manager = ManagerProcess.prepare(trial, quick)) {
          String outcome = start(manager, truth, damage);
          outcomes.merge(damage.file.replaceAll(".*/", "") + " " + outcome, 1, Integer::sum);
          if (!keys(Files.readAllBytes(trial.resolve(ENV)))
              .equals(damage.file.equals(ENV) ? keys(damage.bytes()) : keys(env()))) {
            wrong.add(damage.words + ": keys were altered");
          }
          manager.kill();
        } catch (AssertionError e) {
          throw new AssertionError(
              "%s: %s: %s".formatted(damage.file, damage.words, e.getMessage()), e);
        }
        Chaos.run("rm", "-r", trial.toString());
        done++;
      }
    } finally {
      FaultTable.row(
          "LKG, epoch file, .env damaged",
          done,
          FaultTable.NONE,
          wrong.size(),
          FaultTable.NONE,
          "on the process: %s; every bit and every cut: LkgReaderTest, EpochFileTest"
              .formatted(outcomes));
    }
    assertThat(wrong).isEmpty();
  }

  private byte[] env() throws IOException {
    return Files.readAllBytes(folder.resolve("whole").resolve(ENV));
  }

  private String start(ManagerProcess manager, Truth truth, Damage damage) throws Exception {
    Map<String, String> before = contents(manager);
    manager.launch();
    if (!answersOrEnds(manager)) {
      int code = manager.awaitExit();
      assertThat(damage.file).as(ManagerProcess.text(manager.log())).isEqualTo(ENV);
      assertThat(code).as(ManagerProcess.text(manager.log())).isEqualTo(EX_CONFIG);
      assertThat(ManagerProcess.text(manager.log())).contains("Not started");
      assertThat(contents(manager)).as("nothing is touched").isEqualTo(before);
      return "refused";
    }
    if (!hasReader(manager)) {
      return "nobody may read";
    }
    manager.awaitReady();
    truth.lies(manager).forEach(lie -> wrong.add(damage.words + ": " + lie));
    JsonObject health = Witness.detail(manager);
    switch (damage.file) {
      case LKG -> {
        Witness.await(
            Duration.ofSeconds(5),
            "the cache is replaced",
            () ->
                Witness.well(Witness.detail(manager))
                    && !Arrays.equals(
                        Files.readAllBytes(manager.folder.resolve(LKG)), damage.bytes())
                    && Witness.detail(manager).getBoolean("lkg_cache_valid"),
            () -> Witness.detail(manager));
        assertThat(lines(manager, ".*config\\.lkg\\.json.*"))
            .as("what the log says: %s", ManagerProcess.text(manager.log()))
            .isNotEmpty();
        return "replaced";
      }
      case EPOCH -> {
        assertThat(Witness.fallback(health)).as("%s", health).isTrue();
        assertThat(health.getString("event")).isEqualTo("epoch-file-invalid");
        assertThat(Files.readAllBytes(manager.folder.resolve(EPOCH))).isEqualTo(damage.bytes());
        return "refused, read-only";
      }
      default -> {
        Witness.await(
            Duration.ofSeconds(5),
            "it is well, or says that it is not",
            () -> {
              JsonObject now = Witness.detail(manager);
              return Witness.well(now) || Witness.fallback(now);
            },
            () -> Witness.detail(manager));
        JsonObject end = Witness.detail(manager);
        return end.getBoolean("ok") ? "harmless" : end.getString("event");
      }
    }
  }

  private static boolean answersOrEnds(ManagerProcess manager) throws Exception {
    boolean[] answers = {false};
    Witness.await(
        Duration.ofSeconds(20),
        "the process answers or ends",
        () -> {
          try {
            answers[0] = manager.call("GET", "/api/config/health", null, null).statusCode() == 200;
          } catch (IOException e) {
            return manager.endsWithin(0);
          }
          return answers[0];
        },
        () -> ManagerProcess.text(manager.log()));
    return answers[0];
  }

  private static boolean hasReader(ManagerProcess manager) {
    try {
      return manager.get("/api/config/services").statusCode() == 200;
    } catch (AssertionError | Exception e) {
      return false;
    }
  }

  private static List<String> lines(ManagerProcess manager, String pattern) {
    return ManagerProcess.text(manager.log())
        .lines()
        .filter(line -> line.matches(pattern) && (line.contains("WARN") || line.contains("INFO")))
        .toList();
  }

  /** All files that matter, by name. */
  private static Map<String, String> contents(ManagerProcess manager) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    for (String name : List.of("config.db", "config.lkg.json", "health+epoch.json")) {
      contents.put(
          name, Receiver.sha256(new String(Files.readAllBytes(manager.data(name)), ISO_8859_1)));
    }
    contents.put(ENV, new String(Files.readAllBytes(manager.folder.resolve(ENV)), ISO_8859_1));
    return contents;
  }

  /** The lines with keys, as they stand. */
  private static List<String> keys(byte[] env) {
    return new String(env, ISO_8859_1)
        .lines()
        .filter(line -> KEYS.stream().anyMatch(key -> line.startsWith(key + "=")))
        .collect(Collectors.toList());
  }

  private static List<Damage> damages(Path whole) throws IOException {
    List<Damage> damages = new ArrayList<>();
    byte[] env = Files.readAllBytes(whole.resolve(ENV));
    for (String key : Chaos.FULL ? KEYS : KEYS.subList(0, 1)) {
      damages.add(new Damage(ENV, key + " lost", Buffer.buffer(without(env, key))));
    }
    damages.add(new Damage(ENV, "byte order mark", Buffer.buffer(withMark(env))));
    damages.add(new Damage(ENV, "CRLF", Buffer.buffer(withCrlf(env))));
    add(damages, ENV, env, Chaos.FULL ? 1 : env.length / 2, Chaos.FULL ? 16 : env.length / 2 + 1);
    for (String file : List.of(LKG, EPOCH)) {
      byte[] bytes = Files.readAllBytes(whole.resolve(file));
      damages.add(new Damage(file, "byte order mark", Buffer.buffer(withMark(bytes))));
      int every = bytes.length / (Chaos.FULL ? 50 : 1);
      add(damages, file, bytes, every, Chaos.FULL ? every : bytes.length / 2 + 1);
    }
    return damages;
  }

  /** Flips a bit in every so-manieth byte, and cuts at every so-manieth. */
  private static void add(List<Damage> to, String file, byte[] bytes, int flips, int cuts) {
    for (int at = flips / 2; at < bytes.length; at += flips) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (1 << at % 7);
      to.add(
          new Damage(
              file, "bit " + at % 7 + " of byte " + at + " flipped", Buffer.buffer(flipped)));
    }
    for (int at = cuts / 2; at < bytes.length; at += cuts) {
      to.add(new Damage(file, "cut to " + at + " bytes", Buffer.buffer(Arrays.copyOf(bytes, at))));
    }
  }

  private static byte[] withMark(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});
    out.writeBytes(bytes);
    return out.toByteArray();
  }

  private static byte[] withCrlf(byte[] bytes) {
    return new String(bytes, ISO_8859_1).replace("\n", "\r\n").getBytes(ISO_8859_1);
  }

  private static byte[] without(byte[] bytes, String key) {
    return new String(bytes, ISO_8859_1)
        .lines()
        .filter(line -> !line.startsWith(key + "="))
        .collect(Collectors.joining("\n", "", "\n"))
        .getBytes(ISO_8859_1);
  }
}
