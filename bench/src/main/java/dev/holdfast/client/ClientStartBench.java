package dev.holdfast.client;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From nothing to the first settings, in a plain Java program: {@code cold} in a JVM that has
 * loaded none of it, Vert.x included; {@code warm} in one that has done it before.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class ClientStartBench {
  private BenchManager manager;

  /** Somebody who answers. */
  @Setup
  public void start() throws Exception {
    manager = new BenchManager(600);
  }

  /** Nobody any more. */
  @TearDown
  public void stop() {
    manager.close();
  }

  /** In a new JVM. */
  @Benchmark
  @Fork(10)
  @Warmup(iterations = 0)
  @Measurement(iterations = 1)
  public BenchConfig cold() {
    return first();
  }

  /** In a JVM that has done it. */
  @Benchmark
  @Fork(3)
  @Warmup(iterations = 10)
  @Measurement(iterations = 10)
  public BenchConfig warm() {
    return first();
  }

  private BenchConfig first() {
    HoldfastOptions options =
        new HoldfastOptions()
            .setUrl(manager.url())
            .setPublicKeys(manager.pem())
            .setSse(false)
            .setStartMillis(10_000)
            .setRequired(true);
    try (BlockingHoldfast holdfast = BlockingHoldfast.create(options)) {
      return holdfast.get(BenchConfig.class);
    }
  }
}
