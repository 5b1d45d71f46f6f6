package dev.holdfast.lkg;

import dev.holdfast.bench.Sample;
import dev.holdfast.crypto.BenchKeys;
import dev.holdfast.lkg.LkgText.Cut;
import java.util.concurrent.TimeUnit;
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

/** What a start does with the last-known-good file it finds, but the disk. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LkgReadBench {
  /** What is in the file. */
  @Param({"MB_1", "MB_10"})
  public Services services;

  private final BenchKeys keys = new BenchKeys();
  private byte[] file;
  private String payload;

  /** Makes the file, and checks that it is believed and one that was altered is not. */
  @Setup(Level.Trial)
  public void start() {
    payload = LkgText.payload(services.mirror().image(), Services.AT, Services.KEY_ID);
    file = LkgText.seal(payload, keys.hmac(payload));
    Sample.check(verify(), "verify");
    file[file.length / 2] ^= 1;
    Sample.check(!verify(), "altered");
    file[file.length / 2] ^= 1;
    Sample.check(content().revision() == services.count(), "content");
  }

  /** Cuts it and verifies its HMAC, by the crypto room. */
  @Benchmark
  public boolean verify() {
    Cut cut = LkgText.cut(file);
    return keys.verify(cut.payload(), cut.signature());
  }

  /** Reads the verified payload. */
  @Benchmark
  public LkgText.Content content() {
    return LkgText.content(payload);
  }
}
