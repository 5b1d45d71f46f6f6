package dev.holdfast.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls behind the router: finds the call, sends it through the gate, hands it on, writes the
 * reply. Belongs to one event loop.
 */
final class Api {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);
  private static final String REQUEST_ID = "request-id";
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  private final Map<Call, Function<Exchange, Future<Reply>>> handlers;
  private final Gate gate;
  private final BodyReader bodies;
  private final Problems problems;
  private final Stamp stamp;
  private final HttpMetrics metrics;

  Api(
      Map<Call, Function<Exchange, Future<Reply>>> handlers,
      Gate gate,
      BodyReader bodies,
      Problems problems,
      Stamp stamp,
      HttpMetrics metrics) {
    this.handlers = handlers;
    this.gate = gate;
    this.bodies = bodies;
    this.problems = problems;
    this.stamp = stamp;
    this.metrics = metrics;
  }

  /** A router over every call there is. */
  Handler<HttpServerRequest> router(Vertx vertx) {
    Router router = Router.router(vertx);
    router.route().handler(this::door);
    Map<String, List<Call>> paths = new LinkedHashMap<>();
    for (Call call : Call.values()) {
      paths.computeIfAbsent(call.path(), path -> new ArrayList<>()).add(call);
    }
    paths.forEach((path, calls) -> router.route(path).handler(context -> enter(context, calls)));
    new StaticFiles(vertx, metrics).mount(router);
    router.route().handler(context -> refuse(context, 404, "there is no such path"));
    // What the router itself refuses before the first route, such as "*" for a path.
    router.errorHandler(404, context -> refuse(context, 404, "there is no such path"));
    router.errorHandler(400, context -> refuse(context, 400, "path: not a legal one"));
    router.errorHandler(500, this::defect);
    return router;
  }

  private void door(RoutingContext context) {
    HttpServerRequest request = context.request();
    String requestId = requestId(context);
    try {
      Paths.check(request.path());
    } catch (RuntimeException e) {
      write(request, problems.of(e, requestId));
      return;
    }
    context.next();
  }

  private void enter(RoutingContext context, List<Call> calls) {
    long start = System.nanoTime();
    HttpServerRequest request = context.request();
    String requestId = requestId(context);
    Call call = find(calls, request.method());
    if (call == null) {
      write(
          request,
          Problems.of(405, request.method() + " is not for this path", requestId)
              .with("allow", allowed(calls)));
      return;
    }
    String service = call.namesService() ? context.pathParam("service") : null;
    String key = call.namesKey() ? context.pathParam("key") : null;
    HttpIncoming incoming = new HttpIncoming(request);
    run(incoming, requestId, call, service, key)
        .onFailure(failure -> gate.refused(incoming, call, failure))
        .otherwise(failure -> problem(request, failure, requestId))
        .onSuccess(
            reply -> {
              write(request, reply);
              if (!reply.taken()) {
                metrics.took(System.nanoTime() - start);
              }
            });
  }

  private Future<Reply> run(
      HttpIncoming request,
      String requestId,
      Call call,
      @Nullable String service,
      @Nullable String key) {
    try {
      Function<Exchange, Future<Reply>> handler = handlers.get(call);
      if (handler == null) {
        throw new IllegalStateException(call + ": nobody handles it");
      }
      return gate.pass(
              request,
              maxBytes -> bodies.read(request.http(), maxBytes),
              requestId,
              call,
              service,
              key)
          .compose(handler);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Reply problem(HttpServerRequest request, Throwable failure, String requestId) {
    if (request.response().closed()) {
      LOG.debug("request {}: the caller went away", requestId);
      return Reply.TAKEN;
    }
    return problems.of(failure, requestId);
  }

  private void write(HttpServerRequest request, Reply reply) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    metrics.answered(request.method(), reply.taken() ? response.getStatusCode() : reply.status());
    if (reply.taken()) {
      return;
    }
    response.setStatusCode(reply.status()).putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
    reply.headers().forEach(response::putHeader);
    if (reply.status() == 408) {
      response.end(reply.body()).onComplete(done -> request.connection().close());
    } else if (reply.status() == 304) {
      response.end();
    } else if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(reply.body().length())).end();
    } else {
      response.end(reply.body());
    }
  }

  private void refuse(RoutingContext context, int status, String detail) {
    write(context.request(), Problems.of(status, detail, requestId(context)));
  }

  private void defect(RoutingContext context) {
    Throwable failure = context.failure();
    write(
        context.request(),
        problems.of(
            failure == null ? new IllegalStateException("no cause given") : failure,
            requestId(context)));
  }

  /** The request's id; the first time it is asked for, the response gets its common headers. */
  private String requestId(RoutingContext context) {
    String known = context.get(REQUEST_ID);
    if (known != null) {
      return known;
    }
    String made = stamp.requestId(context.request());
    context.put(REQUEST_ID, made);
    stamp.put(context.response(), made);
    return made;
  }

  private static @Nullable Call find(List<Call> calls, HttpMethod method) {
    for (Call call : calls) {
      if (call.answers(method)) {
        return call;
      }
    }
    return null;
  }

  private static String allowed(List<Call> calls) {
    TreeSet<String> methods = new TreeSet<>();
    for (Call call : calls) {
      methods.add(call.method().name());
      if (call.answers(HttpMethod.HEAD)) {
        methods.add("HEAD");
      }
    }
    return String.join(", ", methods);
  }
}
