package dev.holdfast.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run}: measures row by row and prints the table. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description = "Holds Holdfast against its limits and its peers, on this machine.")
public final class BenchMain implements Callable<Integer> {
  private static final Map<String, Supplier<Measurement>> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("reads", Reads::new);
    PARTS.put("writes", Writes::new);
    PARTS.put("mqtt", Mqtt::new);
    PARTS.put("sse", Sse::new);
    PARTS.put("search", Search::new);
    PARTS.put("start", Start::new);
    PARTS.put("lkg", Lkg::new);
    PARTS.put("rotation", Rotation::new);
    PARTS.put("faults", Faults::new);
  }

  private final List<String> failed = new ArrayList<>();

  @Option(names = "--home", required = true, description = "The checkout.")
  private Path home = Path.of(".");

  @Option(names = "--only", split = ",", description = "Some of its parts, by name.")
  private List<String> only = List.of();

  @Option(names = "--short", description = "The form for continuous integration.")
  private boolean small;

  @Option(names = "--rounds", description = "Turns of each side; 5, short 3.")
  private @Nullable Integer rounds;

  @Option(names = "--seconds", description = "Length of a turn; 5, short 2.")
  private @Nullable Integer seconds;

  @Option(names = "--server-cpus", defaultValue = "0", description = "Where servers run.")
  private String serverCpus = "0";

  @Option(names = "--load-cpus", defaultValue = "1", description = "Where the load runs.")
  private String loadCpus = "1";

  @Option(
      names = "--grow",
      description = "How cost grows, instead of the table: needs gnuplot, takes ten minutes.")
  private boolean grow;

  @Option(names = "--plots", description = "Where --grow puts its plots; bench/target.")
  private @Nullable Path plots;

  @Option(names = "--out", description = "A file for the table too.")
  private @Nullable Path out;

  /**
   * Measures; exit code 1: a ratio is under half its aim, an answer was wrong, or with {@code
   * CI=true} something is not installed.
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new BenchMain()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path work = Files.createTempDirectory(home.resolve("bench/target"), "run-");
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    Bench bench =
        new Bench(
            vertx,
            home.toAbsolutePath().normalize(),
            work.toAbsolutePath(),
            serverCpus,
            loadCpus,
            rounds == null ? (small ? 3 : 5) : rounds,
            seconds == null ? (small ? 2 : 5) : seconds,
            small);
    List<Row> rows = new ArrayList<>();
    try {
      if (grow) {
        return curves(bench);
      }
      for (String name : only.isEmpty() ? PARTS.keySet() : only) {
        Supplier<Measurement> part = PARTS.get(name);
        if (part == null) {
          throw new IllegalArgumentException(name + " (expected: of " + PARTS.keySet() + ")");
        }
        rows.addAll(measured(name, part, bench));
      }
    } finally {
      Http.await(vertx.close());
    }
    return tell(rows, bench);
  }

  /** A part that fails has no figures, and takes none from the others. */
  private List<Row> measured(String name, Supplier<Measurement> part, Bench bench) {
    try {
      return measure(part, bench);
    } catch (Exception e) {
      e.printStackTrace();
      failed.add(name);
      return List.of();
    }
  }

  /**
   * A machine that is shared has bad minutes: what is far from its aim in the short form is
   * measured once more before it counts.
   */
  private static List<Row> measure(Supplier<Measurement> part, Bench bench) throws Exception {
    List<Row> rows = part.get().run(bench);
    if (bench.small() && rows.stream().anyMatch(Row::farMissed)) {
      rows.stream().filter(Row::farMissed).forEach(row -> Bench.say("again: " + row.markdown()));
      rows = part.get().run(bench.anew());
    }
    return rows;
  }

  private int curves(Bench bench) throws Exception {
    Path folder = plots == null ? bench.home().resolve("bench/target") : plots;
    new Grow(bench)
        .run(
            only,
            curve -> {
              System.out.println(curve.markdown());
              curve.plot(folder.toAbsolutePath());
            });
    System.out.println(Machine.describe(bench));
    return 0;
  }

  private int tell(List<Row> rows, Bench bench) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("| work | Holdfast | against | reached there | ratio or figure | aim | |");
    lines.add("|---|---|---|---|---|---|---|");
    rows.forEach(row -> lines.add(row.markdown()));
    lines.add("");
    lines.add(Machine.describe(bench));
    String table = String.join("\n", lines) + "\n";
    System.out.print(table);
    if (out != null) {
      Files.writeString(out, table);
    }
    List<Row> bad = rows.stream().filter(Row::farMissed).toList();
    bad.forEach(row -> Bench.say("under half its aim: " + row.markdown()));
    List<Row> missing = rows.stream().filter(row -> row.theirs().startsWith("missing:")).toList();
    missing.forEach(row -> Bench.say("not measured: " + row.markdown()));
    boolean strict = "true".equals(System.getenv("CI"));
    failed.forEach(name -> Bench.say("failed: " + name));
    return bad.isEmpty() && failed.isEmpty() && (missing.isEmpty() || !strict) ? 0 : 1;
  }
}
