package dev.holdfast.settings;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Lets what alters the model (schemas, services that are made) through one after another, so that
 * each sees the schemas as they are and the hash over all of them is right. Confined to one event
 * loop.
 */
final class ModelGate {
  /** How many may wait; the next is refused {@code UNAVAILABLE}. */
  static final int MAX_WAITING = 1_000;

  private Future<?> last = Future.succeededFuture();
  private int waiting;

  /** Runs it when everything before it has ended, well or not. */
  <T> Future<T> run(Supplier<Future<T>> task) {
    if (waiting >= MAX_WAITING) {
      return Future.failedFuture(
          BusFailure.of(
              FailureCode.UNAVAILABLE, "too many services are being made (expected: try later)"));
    }
    waiting++;
    Future<T> result = last.transform(ended -> task.get());
    last =
        result.transform(
            ended -> {
              waiting--;
              return Future.succeededFuture();
            });
    return result;
  }
}
