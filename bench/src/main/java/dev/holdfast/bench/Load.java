package dev.holdfast.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Clients that ask, wait for the answer and ask again. An answer that is not the expected one fails
 * the whole load: each step's future says so.
 */
final class Load {
  private final Vertx vertx;

  Load(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * What came of it.
   *
   * @param rate steps a second
   * @param samples how long each took
   */
  record Outcome(double rate, Samples samples) {}

  /** Runs so many clients for a while; {@code step} is given the client's number. */
  Outcome run(int clients, double seconds, IntFunction<Future<?>> step) throws IOException {
    return Http.await(start(clients, seconds, step));
  }

  private Future<Outcome> start(int clients, double seconds, IntFunction<Future<?>> step) {
    Promise<Outcome> done = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(
            now -> {
              Samples samples = new Samples();
              long began = System.nanoTime();
              long end = began + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
              int[] running = {clients};
              for (int client = 0; client < clients; client++) {
                loop(client, end, step, samples)
                    .onFailure(done::tryFail)
                    .onSuccess(
                        ended -> {
                          if (--running[0] == 0) {
                            double took = (System.nanoTime() - began) / 1e9;
                            done.tryComplete(new Outcome(samples.count() / took, samples));
                          }
                        });
              }
            });
    return done.future();
  }

  private static Future<Void> loop(
      int client, long end, IntFunction<Future<?>> step, Samples samples) {
    Promise<Void> ended = Promise.promise();
    again(client, end, step, samples, ended);
    return ended.future();
  }

  private static void again(
      int client, long end, IntFunction<Future<?>> step, Samples samples, Promise<Void> ended) {
    long began = System.nanoTime();
    if (began >= end) {
      ended.complete();
      return;
    }
    step.apply(client)
        .onFailure(ended::fail)
        .onSuccess(
            done -> {
              samples.add(System.nanoTime() - began);
              again(client, end, step, samples, ended);
            });
  }
}
