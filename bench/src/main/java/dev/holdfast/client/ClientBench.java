package dev.holdfast.client;

import io.vertx.core.Vertx;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a service pays for its settings once the client is ready. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClientBench {
  /** Characters of the payload beside a small record. */
  @Param({"600", "100000"})
  public int filler;

  private final Vertx vertx = Vertx.vertx();
  private BenchManager manager;
  private Verifier verifier;
  private byte[] payload;
  private HoldfastClient client;

  /** Everything ready. */
  @Setup(Level.Trial)
  public void start() throws Exception {
    manager = new BenchManager(filler);
    verifier = new Verifier(PublicKeys.ofPem(manager.pem()));
    payload = manager.payload();
    client =
        HoldfastClient.create(
            vertx,
            new HoldfastOptions()
                .setUrl(manager.url())
                .setPublicKeys(manager.pem())
                .setSse(false)
                .setStartMillis(10_000)
                .setRequired(true));
    client
        .get(BenchConfig.class)
        .toCompletionStage()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  /** Everything away. */
  @TearDown(Level.Trial)
  public void stop() {
    client.close();
    manager.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** A read of a ready client. */
  @Benchmark
  public BenchConfig get() {
    return client.get(BenchConfig.class).result();
  }

  /** All checks of one message that can be made without its context: form, checksum, signature. */
  @Benchmark
  public Object verify() {
    return verifier.verify(BenchManager.SERVICE, payload);
  }
}
