package dev.holdfast.lkg;

import dev.holdfast.bench.Sample;
import dev.holdfast.crypto.BenchKeys;
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

/** The steps of a rewrite of the last-known-good file, but the disk. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LkgWriteBench {
  /** What is in the file. */
  @Param({"KB_10", "MB_1", "MB_10"})
  public Services services;

  private final BenchKeys keys = new BenchKeys();
  private Mirror mirror;
  private Image image;
  private String payload;
  private String hmac;

  /** Writes one, and checks that it reads as what was written. */
  @Setup(Level.Trial)
  public void start() {
    mirror = services.mirror();
    image = mirror.image();
    payload = LkgText.payload(image, Services.AT, Services.KEY_ID);
    hmac = keys.hmac(payload);
    LkgText.Cut cut = LkgText.cut(seal());
    Sample.check(cut.payload().equals(payload) && keys.verify(payload, cut.signature()), "seal");
    Sample.check(LkgText.content(payload).revision() == services.count(), "payload");
  }

  /** The copy of the state that is handed over with each change, on the event loop. */
  @Benchmark
  public Object image() {
    return mirror.image();
  }

  /** The payload. */
  @Benchmark
  public String payload() {
    return LkgText.payload(image, Services.AT, Services.KEY_ID);
  }

  /** The HMAC over it, by the crypto room. */
  @Benchmark
  public String hmac() {
    return keys.hmac(payload);
  }

  /** The bytes of the file. */
  @Benchmark
  public byte[] seal() {
    return LkgText.seal(payload, hmac);
  }
}
