package dev.holdfast.settings;

import dev.holdfast.bench.Sample;
import dev.holdfast.bench.Size;
import dev.holdfast.bus.FieldError;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

/** All settings of a service against its schema, as at each change. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ValidateBench {
  /** 15 settings of 1 KiB, or 100 of 64 KiB. */
  @Param({"KIB_1", "KIB_64"})
  public Size size;

  private CompiledSchema schema;
  private Map<String, @Nullable Object> config;

  /** Compiles, and checks that these settings are legal and others are not. */
  @Setup(Level.Trial)
  public void start() {
    schema = BenchSchemas.compile(size);
    schema.prepare();
    config = new TreeMap<>(Sample.config(size));
    Sample.check(validate().isEmpty(), "legal");
    Map<String, @Nullable Object> other = new TreeMap<>(config);
    other.put("setting_001", 1_001L);
    other.put("setting_000", "Capitals");
    Sample.check(schema.validate(other).size() == 2, "illegal");
  }

  /** A legal configuration. */
  @Benchmark
  public List<FieldError> validate() {
    return schema.validate(config);
  }
}
