package dev.holdfast.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/** The answer to a reader for whom there is no room: a problem document (RFC 9457), 503. */
final class SseRefusal {
  private SseRefusal() {}

  static void answer(HttpServerRequest request, String requestId) {
    JsonObject problem =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", "Service Unavailable")
            .put("status", 503)
            .put("detail", "there is no room for another event stream now; try again later")
            .put("instance", request.path())
            .put("request_id", requestId);
    request
        .response()
        .setStatusCode(503)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .putHeader(HttpHeaders.RETRY_AFTER, "5")
        .end(problem.toBuffer());
  }
}
