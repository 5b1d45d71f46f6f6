package dev.holdfast.bus;

import dev.holdfast.bench.Sample;
import dev.holdfast.messages.crypto.ComputeHmac;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.HmacComputed;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A question from one event loop to a room on another, and the answer back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BusBench {
  /** Calls one after the other, so that starting and awaiting them does not count. */
  private static final int CALLS = 1_000;

  private static final ComputeHmac QUESTION = new ComputeHmac("");
  private static final HmacComputed ANSWER = new HmacComputed("00", "id");

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx);
  private Context asking;

  /** A verticle that hands out its context. */
  private static final class Room extends VerticleBase {
    private final CompletableFuture<Context> started = new CompletableFuture<>();

    @Override
    public Future<?> start() {
      started.complete(context);
      return Future.succeededFuture();
    }
  }

  /** Two rooms, and checks that their threads differ and the answer is that of the other. */
  @Setup(Level.Trial)
  public void start() throws Exception {
    Codecs.register(vertx);
    Context serving = room();
    asking = room();
    CompletableFuture<Thread> server = new CompletableFuture<>();
    serving.runOnContext(
        now -> {
          bus.serve(CryptoRoutes.HMAC, question -> Future.succeededFuture(ANSWER));
          server.complete(Thread.currentThread());
        });
    CompletableFuture<Thread> asker = new CompletableFuture<>();
    asking.runOnContext(now -> asker.complete(Thread.currentThread()));
    Sample.check(await(server) != await(asker), "two event loops");
    Sample.check(call().equals(ANSWER), "call");
  }

  /** Everything away. */
  @TearDown(Level.Trial)
  public void stop() throws Exception {
    await(vertx.close().toCompletionStage().toCompletableFuture());
  }

  /** A call. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public HmacComputed call() throws Exception {
    CompletableFuture<HmacComputed> last = new CompletableFuture<>();
    asking.runOnContext(now -> ask(CALLS, last));
    return await(last);
  }

  private void ask(int left, CompletableFuture<HmacComputed> last) {
    bus.call(CryptoRoutes.HMAC, QUESTION)
        .onSuccess(
            answer -> {
              if (left > 1) {
                ask(left - 1, last);
              } else {
                last.complete(answer);
              }
            })
        .onFailure(last::completeExceptionally);
  }

  private Context room() throws Exception {
    Room room = new Room();
    await(vertx.deployVerticle(room).toCompletionStage().toCompletableFuture());
    return await(room.started);
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }
}
