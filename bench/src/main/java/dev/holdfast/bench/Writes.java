package dev.holdfast.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Durable writes over REST: 64 writers on 64 services, and one alone. Each change is validated,
 * indexed, kept in history, in the access log and in the last-known-good file, and signed for a
 * broker; etcd keeps a value of the same length.
 */
final class Writes implements Measurement {
  private static final int WRITERS = 64;
  private static final String MANY = "durable writes, 64 writers on 64 services, 1/s";
  private static final String ONE = "durable write, one writer, p50 ms";
  private static final int SETTINGS = 15;

  private final long[] versions = new long[WRITERS];
  private int value;

  @Override
  public List<Row> run(Bench bench) throws Exception {
    Optional<Path> program = Server.find(Etcd.PROGRAM);
    Figure ours = new Figure();
    Figure oursOne = new Figure();
    Figure etcds = new Figure();
    Figure etcdsOne = new Figure();
    Figure commits = new Figure();
    try (Manager manager = Manager.start(bench, "writes", Map.of())) {
      for (int i = 0; i < WRITERS; i++) {
        manager.register(service(i), Manager.schema(SETTINGS, "w" + i));
        versions[i] = 1;
      }
      String like = manager.read(service(0)).getJsonObject("config").encode();
      bench.load().run(WRITERS, bench.warmUp(), i -> write(manager, i));
      bench.load().run(1, bench.warmUp() / 2, i -> write(manager, i));
      for (int round = -1; round < bench.rounds(); round++) {
        boolean counts = round >= 0;
        manager
            .server()
            .turn(
                () ->
                    holdfast(
                        bench,
                        manager,
                        counts ? ours : new Figure(),
                        counts ? oursOne : new Figure()));
        if (program.isPresent()) {
          etcd(
              bench,
              program.get(),
              like,
              counts ? etcds : new Figure(),
              counts ? etcdsOne : new Figure());
        }
        if (counts) {
          commits.add(RawCommits.measure(bench, like));
        }
      }
      manager.server().resume();
      manager.verifyVersions(WRITERS, Writes::service, versions);
    }
    List<Row> rows = new ArrayList<>();
    if (program.isPresent()) {
      rows.add(Row.ratio(MANY, ours, "etcd put, 64 clients", etcds, Row.Aim.times(1)));
      rows.add(Row.faster(ONE, oursOne, "etcd put, one client", etcdsOne, Row.Aim.times(1)));
    } else {
      rows.add(Row.missing(MANY, "etcd put", Etcd.PROGRAM));
      rows.add(Row.missing(ONE, "etcd put", Etcd.PROGRAM));
    }
    rows.add(Row.ratio(MANY, ours, "SQLite, one commit a write", commits, null));
    return rows;
  }

  private @Nullable Void holdfast(Bench bench, Manager manager, Figure many, Figure one)
      throws Exception {
    Load.Outcome all = bench.load().run(WRITERS, bench.seconds(), i -> write(manager, i));
    many.add(all.rate());
    Load.Outcome alone = bench.load().run(1, bench.seconds(), i -> write(manager, i));
    one.add(alone.samples().p50());
    tell("holdfast", all, alone);
    return null;
  }

  private io.vertx.core.Future<?> write(Manager manager, int writer) {
    String key = "setting_w%d_000".formatted(writer);
    return manager
        .patch(service(writer), versions[writer], key, 1_000 + value++ % 1_000_000)
        .onSuccess(next -> versions[writer] = next);
  }

  private void etcd(Bench bench, Path program, String like, Figure many, Figure one)
      throws Exception {
    try (Etcd etcd = Etcd.start(bench, program)) {
      bench.load().run(WRITERS, 1, i -> etcd.put(service(i), like));
      Load.Outcome all =
          bench.load().run(WRITERS, bench.seconds(), i -> etcd.put(service(i), like));
      many.add(all.rate());
      Load.Outcome alone = bench.load().run(1, bench.seconds(), i -> etcd.put(service(i), like));
      one.add(alone.samples().p50());
      tell("etcd", all, alone);
    }
  }

  private static void tell(String side, Load.Outcome all, Load.Outcome alone) {
    Bench.say(
        "writes: %s %s/s (p99 %s ms), alone p50 %s ms, p99 %s ms"
            .formatted(
                side,
                Figure.number(all.rate()),
                Figure.number(all.samples().p99()),
                Figure.number(alone.samples().p50()),
                Figure.number(alone.samples().p99())));
  }

  private static String service(int i) {
    return "writer-" + i;
  }
}
