package dev.holdfast.bench;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Start to ready, and what is resident at rest. On all processors, as a start is. */
final class Start implements Measurement {
  private static final String READY = "start to ready, ms: ";
  private static final String RESIDENT = "resident at rest, MiB: ";

  @Override
  public List<Row> run(Bench bench) throws Exception {
    Bench all = bench.onAllProcessors();
    Figure[] ready = {new Figure(), new Figure(), new Figure()};
    Figure[] resident = {new Figure(), new Figure(), new Figure()};
    String launcher = all.home().resolve("holdfast").toString();
    String jar = all.home().resolve("verticles/app/target/holdfast.jar").toString();
    Optional<Path> spring = Spring.jar(bench);
    JsonObject config = new JsonObject().put("setting", "value");
    for (int round = -1; round < all.rounds(); round++) {
      one(all, round, ready[0], resident[0], launcher);
      one(all, round, ready[1], resident[1], "java", "-jar", jar);
      if (spring.isPresent()) {
        try (Spring started = Spring.start(all, spring.get(), "some", config)) {
          TimeUnit.SECONDS.sleep(rest(all));
          if (round >= 0) {
            ready[2].add(started.readyMillis());
            resident[2].add(started.server().residentMib());
          }
        }
      }
    }
    List<Row> rows = new ArrayList<>();
    rows.add(Row.figure(READY + "./holdfast", ready[0], Row.Aim.atMost(1_000, "ms")));
    rows.add(Row.figure(READY + "java -jar", ready[1], Row.Aim.atMost(1_500, "ms")));
    rows.add(Row.figure(RESIDENT + "./holdfast", resident[0], Row.Aim.atMost(150, "MiB")));
    if (spring.isPresent()) {
      rows.add(Row.ratio(READY + "./holdfast", ready[0], "Spring Cloud Config", ready[2], null));
      rows.add(
          Row.ratio(
              RESIDENT + "./holdfast", resident[0], "Spring Cloud Config", resident[2], null));
    } else {
      rows.add(Row.missing(READY + "./holdfast", "Spring Cloud Config", "bench/spring's jar"));
    }
    return rows;
  }

  /** The first time makes keys, data and the archive of classes. */
  private static void one(Bench bench, int round, Figure ready, Figure resident, String... command)
      throws Exception {
    try (Manager manager = Manager.start(bench, "start-" + command.length, Map.of(), command)) {
      TimeUnit.SECONDS.sleep(rest(bench));
      if (round >= 0) {
        ready.add(manager.readyMillis());
        resident.add(manager.server().residentMib());
        Bench.say(
            "start: %s ready after %s ms, %s MiB"
                .formatted(
                    command[0],
                    Figure.number(manager.readyMillis()),
                    Figure.number(manager.server().residentMib())));
      }
    }
  }

  private static int rest(Bench bench) {
    return bench.small() ? 2 : 5;
  }
}
