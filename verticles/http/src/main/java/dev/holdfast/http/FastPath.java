package dev.holdfast.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * The read path in front of the router: {@code GET} and {@code HEAD} of a service that exists, by
 * somebody who may read it masked, answered from bytes made once. Whatever is not plainly that is
 * left to the router, which says what is wrong. Belongs to one event loop.
 */
final class FastPath {
  static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");

  private static final String PREFIX = "/api/config/services/";
  private static final String WITHOUT_FIELDS = "include_fields=false";
  private static final String WITH_FIELDS = "include_fields=true";

  private final ReadModel model;
  private final Authenticator authenticator;
  private final Stamp stamp;
  private final HttpMetrics metrics;

  FastPath(ReadModel model, Authenticator authenticator, Stamp stamp, HttpMetrics metrics) {
    this.model = model;
    this.authenticator = authenticator;
    this.stamp = stamp;
    this.metrics = metrics;
  }

  /** Answers the request, or returns false and has not touched it. */
  boolean answer(HttpServerRequest request) {
    HttpMethod method = request.method();
    boolean head = HttpMethod.HEAD.equals(method);
    String uri = request.uri();
    if (!(head || HttpMethod.GET.equals(method)) || !uri.startsWith(PREFIX)) {
      return false;
    }
    int mark = uri.indexOf('?', PREFIX.length());
    String query = mark < 0 ? WITH_FIELDS : uri.substring(mark + 1);
    boolean brief = query.equals(WITHOUT_FIELDS);
    if (!brief && !query.equals(WITH_FIELDS)) {
      return false;
    }
    // Only legal names are in the model, so finding it there is the check of the name.
    String service = uri.substring(PREFIX.length(), mark < 0 ? uri.length() : mark);
    ServiceDocument document = model.get(service);
    if (document == null) {
      return false;
    }
    Grant grant = authenticator.of(new HttpIncoming(request));
    if (grant == null || !grant.allows(Need.READ) || !grant.reaches(service)) {
      return false;
    }
    if (ClearReads.concerns(grant, document)) {
      return false;
    }
    send(request, brief ? document.brief() : document.full(), head);
    return true;
  }

  private void send(HttpServerRequest request, Encoded encoded, boolean head) {
    HttpServerResponse response = request.response();
    String requestId = stamp.requestId(request);
    if (EntityTags.held(request.getHeader(HttpHeaders.IF_NONE_MATCH), encoded.tag())) {
      stamp.add(response.headers().setAll(encoded.heldHeaders()), requestId);
      response.setStatusCode(304).end();
      metrics.answered(request.method(), 304);
      return;
    }
    // The headers made beforehand come first: they are taken over unchecked while there are none.
    stamp.add(response.headers().setAll(encoded.headers()), requestId);
    if (head) {
      response.end();
    } else {
      response.end(encoded.body());
    }
    metrics.answered(request.method(), 200);
  }
}
