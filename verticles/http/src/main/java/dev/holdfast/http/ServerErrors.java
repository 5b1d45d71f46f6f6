package dev.holdfast.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** Answers what is no legal HTTP request, and ends the connection. Belongs to one event loop. */
final class ServerErrors {
  private final Stamp stamp;
  private final HttpMetrics metrics;

  ServerErrors(Stamp stamp, HttpMetrics metrics) {
    this.stamp = stamp;
    this.metrics = metrics;
  }

  void answer(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    int status = 400;
    String detail = "not a legal HTTP request";
    if (cause instanceof TooLongHttpLineException) {
      status = 414;
      detail =
          "the request line is too long (expected: at most " + HttpLimits.REQUEST_LINE + " bytes)";
    } else if (cause instanceof TooLongHttpHeaderException) {
      status = 431;
      detail = "the headers are too long (expected: at most " + HttpLimits.HEADERS + " bytes)";
    }
    String requestId = stamp.requestId(request);
    stamp.put(request.response(), requestId);
    Reply reply = Problems.of(status, detail, requestId);
    metrics.answered(request.method(), status);
    reply.headers().forEach(request.response()::putHeader);
    if (request.version() != HttpVersion.HTTP_2) {
      request.response().putHeader("connection", "close");
    }
    request
        .response()
        .setStatusCode(status)
        .putHeader("cache-control", "no-store")
        .end(reply.body())
        .onComplete(done -> request.connection().close());
  }
}
