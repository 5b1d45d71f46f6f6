package dev.holdfast.json;

import dev.holdfast.bench.Sample;
import dev.holdfast.bench.Size;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What comes in and what is hashed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JsonBench {
  /** Parsed settings. */
  @State(Scope.Benchmark)
  public static class Settings {
    /** How large. */
    @Param({"KIB_1", "KIB_64"})
    public Size size;

    private Map<String, @Nullable Object> config;

    /** Reads them, and checks that writing gives what was read. */
    @Setup(Level.Trial)
    public void start() {
      byte[] body = Sample.body(size);
      config = StrictJson.object(body);
      Sample.check(
          CanonicalJson.write(config).equals(new String(body, StandardCharsets.UTF_8)), "write");
    }
  }

  /** The body of a request. */
  @State(Scope.Benchmark)
  public static class Body {
    /** How large. */
    @Param({"KIB_1", "KIB_100"})
    public Size size;

    private byte[] body;

    /** Makes it, and checks that reading gives what was written. */
    @Setup(Level.Trial)
    public void start() {
      body = Sample.body(size);
      Sample.check(Sample.config(size).equals(StrictJson.parse(body)), "parse");
    }
  }

  /** The canonical text of settings. */
  @Benchmark
  public String write(Settings settings) {
    return CanonicalJson.write(settings.config);
  }

  /** The strict reading of a body. */
  @Benchmark
  public @Nullable Object parse(Body body) {
    return StrictJson.parse(body.body);
  }
}
