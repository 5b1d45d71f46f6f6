package dev.holdfast.client;

import io.vertx.core.Vertx;
import io.vertx.core.http.RequestOptions;
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
 * From nothing to the first settings: {@code cold} in a plain Java program whose JVM has loaded
 * none of it, Vert.x included; {@code besideVertx} in a new JVM in which a Vert.x application is
 * running, that has made a request; {@code warm} in a JVM that has done it before.
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

  /** In a Vert.x application that has just started. */
  @Benchmark
  @Fork(10)
  @Warmup(iterations = 0)
  @Measurement(iterations = 1)
  public BenchConfig besideVertx(Application application) throws Exception {
    return HoldfastClient.create(application.vertx, options())
        .get(BenchConfig.class)
        .toCompletionStage()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  /** A Vert.x application that has made a request. */
  @State(Scope.Benchmark)
  public static class Application {
    final Vertx vertx = Vertx.vertx();

    /** Makes it. */
    @Setup
    public void start(ClientStartBench bench) throws Exception {
      vertx
          .createHttpClient()
          .request(new RequestOptions().setAbsoluteURI(bench.manager.url()))
          .compose(request -> request.send())
          .compose(response -> response.body())
          .toCompletionStage()
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS);
    }

    /** Ends it. */
    @TearDown
    public void stop() {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private HoldfastOptions options() {
    return new HoldfastOptions()
        .setUrl(manager.url())
        .setPublicKeys(manager.pem())
        .setSse(false)
        .setStartMillis(10_000)
        .setRequired(true);
  }

  private BenchConfig first() {
    try (BlockingHoldfast holdfast = BlockingHoldfast.create(options())) {
      return holdfast.get(BenchConfig.class);
    }
  }
}
