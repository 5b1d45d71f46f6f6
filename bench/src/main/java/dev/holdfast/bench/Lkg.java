package dev.holdfast.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** From the answer of a change until the last-known-good file on disk holds it, with its fsync. */
final class Lkg implements Measurement {
  private static final int VALUE = 9_000;
  private static final int EACH = 10;
  private static final int CHANGES = 20;

  @Override
  public List<Row> run(Bench bench) throws Exception {
    List<Row> rows = new ArrayList<>();
    int[][] sizes = bench.small() ? new int[][] {{1, 100}} : new int[][] {{1, 100}, {10, 500}};
    for (int[] size : sizes) {
      try (Manager manager = Manager.start(bench, "lkg-" + size[0], Map.of())) {
        Samples samples = measure(manager, size[0] * 1_000_000 / (VALUE * EACH));
        String work = "file of %d MB holds a change, ms after its answer: ".formatted(size[0]);
        rows.add(
            Row.figure(
                work + "slowest of " + CHANGES,
                Figure.of(samples.max()),
                Row.Aim.atMost(size[1], "ms")));
        rows.add(Row.told(work + "p50", Figure.of(samples.p50())));
        Bench.say(work + Figure.number(samples.p50()) + ", " + Figure.number(samples.max()));
      }
    }
    return rows;
  }

  private static Samples measure(Manager manager, int services) throws Exception {
    Path file = manager.folder().resolve("data/config/config.lkg.json");
    for (int i = 0; i < services; i++) {
      JsonObject config = new JsonObject();
      for (int key = 0; key < EACH; key++) {
        config.put(
            "key_" + key, ("text " + i + " " + key + " ").repeat(VALUE / 9).substring(0, VALUE));
      }
      manager.untyped("big-" + i, config);
    }
    Samples samples = new Samples();
    TimeUnit.SECONDS.sleep(2);
    for (int change = -5; change < CHANGES; change++) {
      String mark = "mark-" + (change + 100) + "-" + System.nanoTime();
      long version = manager.read("big-0").getLong("version");
      Http.await(manager.patch("big-0", version, "key_0", mark));
      long answered = System.nanoTime();
      while (!holds(file, mark)) {
        if (System.nanoTime() - answered > TimeUnit.SECONDS.toNanos(30)) {
          throw new IllegalStateException("not in the file after 30 s: " + mark);
        }
        TimeUnit.MICROSECONDS.sleep(500);
      }
      if (change >= 0) {
        samples.add(System.nanoTime() - answered);
      }
      TimeUnit.MILLISECONDS.sleep(300);
    }
    return samples;
  }

  /** Looks only at the beginning, where the first service stands. */
  private static boolean holds(Path file, String mark) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(VALUE * 4);
      return new String(head, StandardCharsets.UTF_8).contains(mark);
    }
  }
}
