package dev.holdfast.settings;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * Repeats a change that does not care for the version: what got in between is let through first.
 */
final class Retries {
  private static final int ATTEMPTS = 5;
  private static final long PAUSE_MILLIS = 25;

  private final Vertx vertx;

  Retries(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Fails as the change does, {@code CONFLICT} after five attempts. */
  <T> Future<T> run(Supplier<Future<T>> change) {
    return attempt(change, 1);
  }

  private <T> Future<T> attempt(Supplier<Future<T>> change, int attempt) {
    return change
        .get()
        .recover(
            failure ->
                attempt < ATTEMPTS && isStale(failure)
                    ? vertx.timer(PAUSE_MILLIS).compose(passed -> attempt(change, attempt + 1))
                    : Future.failedFuture(failure));
  }

  private static boolean isStale(Throwable failure) {
    return failure instanceof BusFailure typed && typed.code() == FailureCode.CONFLICT;
  }
}
