package dev.holdfast.http;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Reads a request's body, which must be small and come soon. */
final class BodyReader {
  /** How long a body may take, usually. */
  static final long DEADLINE_MILLIS = 10_000;

  /** What comes after a refusal is read and dropped up to here; then the connection is closed. */
  private static final long MAX_DROPPED = 16L << 20;

  private final Vertx vertx;
  private final long deadlineMillis;

  /** The body did not come in time. */
  static final class Late extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Late(long deadlineMillis) {
      super("the body did not come within " + deadlineMillis + " ms", null, false, false);
    }
  }

  BodyReader(Vertx vertx, long deadlineMillis) {
    this.vertx = vertx;
    this.deadlineMillis = deadlineMillis;
  }

  /**
   * The body. Must be called while the request is being handed over, before any of the body came.
   * Fails {@link FailureCode#TOO_LARGE} above {@code maxBytes}, and {@link Late}.
   */
  Future<Buffer> read(HttpServerRequest request, int maxBytes) {
    Promise<Buffer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    long timer = vertx.setTimer(deadlineMillis, id -> promise.tryFail(new Late(deadlineMillis)));
    request
        .handler(
            chunk -> {
              if (body.length() + chunk.length() <= maxBytes) {
                body.appendBuffer(chunk);
              } else {
                promise.tryFail(tooLarge(maxBytes));
              }
              if (request.bytesRead() > MAX_DROPPED) {
                request.connection().close();
              }
            })
        .exceptionHandler(promise::tryFail)
        .endHandler(end -> promise.tryComplete(body));
    if (declaredLength(request) > maxBytes) {
      promise.tryFail(tooLarge(maxBytes));
    } else if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    return promise.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private static long declaredLength(HttpServerRequest request) {
    @Nullable String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private static BusFailure tooLarge(int maxBytes) {
    return BusFailure.of(
        FailureCode.TOO_LARGE, "the body is too large (expected: at most " + maxBytes + " bytes)");
  }
}
