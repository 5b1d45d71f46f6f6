package dev.holdfast.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lets pages of other origins read replies, where {@code CONFIG_CORS_ORIGINS} names them: exactly
 * those, and never with a cookie, so that such a page must carry a token of its own.
 */
final class Cors {
  private static final Pattern ORIGIN =
      Pattern.compile(
          "https?://[a-z0-9.-]{1,253}(:[1-9][0-9]{0,4})?|https?://\\[[0-9a-f:.]+](:[1-9][0-9]{0,4})?");
  private static final String METHODS = "GET, HEAD, PUT, PATCH, POST, DELETE";
  private static final String REQUEST_HEADERS =
      "authorization, content-type, if-match, if-none-match, last-event-id, x-api-token,"
          + " x-request-id";
  private static final String EXPOSED = "etag, retry-after, x-config-source, x-request-id";
  private static final String MAX_AGE_SECONDS = "600";

  private final Set<String> origins;

  Cors(List<String> origins) {
    this.origins = Set.copyOf(origins);
  }

  /**
   * Refuses what is no origin.
   *
   * @throws IllegalArgumentException that names the setting and the value
   */
  static void check(List<String> origins) {
    for (String origin : origins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new IllegalArgumentException(
            "CONFIG_CORS_ORIGINS: "
                + origin
                + " (expected: origins such as https://console.example.org or"
                + " http://localhost:3000, in lower case, without a path; never *)");
      }
    }
  }

  /** Whether the request comes from one of the origins; if so its response says that it may. */
  boolean allows(HttpServerRequest request) {
    if (origins.isEmpty()) {
      return false;
    }
    HttpServerResponse response = request.response();
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || !origins.contains(origin)) {
      return false;
    }
    response
        .putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN)
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
        .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    return true;
  }

  /**
   * Whether a request that was allowed only asks what it might send; if so the response says it.
   */
  static boolean asks(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.OPTIONS)
        || request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) == null) {
      return false;
    }
    request
        .response()
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
        .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    return true;
  }
}
