package dev.holdfast.bench;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Search in 1,000, 10,000 and 100,000 settings, a hundred a service. */
final class Search implements Measurement {
  private static final int EACH = 100;
  private static final String RARE = "one hit";
  private static final String MANY = "a hit a service";
  private static final String TWO = "two characters, all";
  private static final String ONE = "one character, all";

  /** The words, and how many hits there must be among so many services. */
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put(RARE, "setting_s7_042");
    WORDS.put(MANY, "_042");
    WORDS.put(TWO, "in");
    WORDS.put(ONE, "e");
  }

  @Override
  public List<Row> run(Bench bench) throws Exception {
    int[] sizes = bench.small() ? new int[] {1_000, 10_000} : new int[] {1_000, 10_000, 100_000};
    Map<String, Figure> p50 = new LinkedHashMap<>();
    List<Row> rows = new ArrayList<>();
    for (int settings : sizes) {
      try (Manager manager = Manager.start(bench, "search-" + settings, Map.of())) {
        fill(manager, settings / EACH);
        for (Map.Entry<String, String> word : WORDS.entrySet()) {
          rows.add(measure(bench, manager, settings, word.getKey(), p50));
        }
      }
    }
    double growth = (double) sizes[sizes.length - 1] / sizes[0];
    p50.forEach(
        (what, figure) ->
            rows.add(
                new Row(
                    "search, " + what + ": the time at the most settings",
                    Figure.number(figure.at(sizes.length - 1)) + " ms",
                    "the time at the least",
                    Figure.number(figure.at(0)) + " ms",
                    figure.at(sizes.length - 1) / figure.at(0),
                    Row.Aim.atMost(growth, "× of the time"))));
    return rows;
  }

  private static Row measure(
      Bench bench, Manager manager, int settings, String what, Map<String, Figure> p50)
      throws IOException {
    JsonObject question = new JsonObject().put("query", WORDS.get(what)).put("max_results", 50);
    int services = settings / EACH;
    int least = what.equals(RARE) ? 1 : what.equals(MANY) ? services : settings / 3;
    long[] hits = {0};
    bench.load().run(1, 1, i -> ask(manager, question, hits));
    Load.Outcome outcome = bench.load().run(1, bench.seconds(), i -> ask(manager, question, hits));
    if (hits[0] < least || (what.equals(RARE) && hits[0] != 1)) {
      throw new IllegalStateException(
          what + ": " + hits[0] + " hits (expected: " + least + " or more)");
    }
    Samples samples = outcome.samples();
    p50.computeIfAbsent(what, made -> new Figure()).add(samples.p50());
    String work = "search, %,d settings, %s (%,d hits): p99 ms".formatted(settings, what, hits[0]);
    Bench.say(work + " " + Figure.number(samples.p99()) + ", p50 " + Figure.number(samples.p50()));
    return Row.figure(
        work, Figure.of(samples.p99()), Row.Aim.atMost(hits[0] <= 1_000 ? 10 : 60, "ms"));
  }

  /** Fails where it is not answered, or with another number of hits than before. */
  private static Future<?> ask(Manager manager, JsonObject question, long[] hits) {
    return manager
        .http()
        .send(HttpMethod.POST, Manager.API + "/search", question.toBuffer())
        .map(
            reply -> {
              long found = reply.ok().json().getLong("total_count");
              if (hits[0] != 0 && found != hits[0]) {
                throw new IllegalStateException(found + " hits after " + hits[0]);
              }
              hits[0] = found;
              return reply;
            });
  }

  /** Registers services of a hundred settings each, beside those that are shipped. */
  static void fill(Manager manager, int services) throws IOException {
    for (int i = 0; i < services; i++) {
      manager.register("many-" + i, Manager.schema(EACH, "s" + i));
      if (i % 200 == 199) {
        Bench.say("%,d services of %d settings".formatted(i + 1, EACH));
      }
    }
  }
}
