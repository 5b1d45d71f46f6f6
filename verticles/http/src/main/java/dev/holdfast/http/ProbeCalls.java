package dev.holdfast.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.util.function.Supplier;

/** What other programs ask for without a token: probes, metrics, the API document. */
final class ProbeCalls {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Vertx vertx;
  private final Supplier<String> scrape;
  private final Buffer document;
  private final HealthChecks ready;

  ProbeCalls(Vertx vertx, ReadModel model, Supplier<String> scrape, ApiDocument document) {
    this.vertx = vertx;
    this.scrape = scrape;
    this.document = Buffer.buffer(document.text());
    this.ready =
        HealthChecks.create(vertx)
            .register(
                "read-model", check -> check.complete(model.loaded() ? Status.OK() : Status.KO()));
  }

  Future<Reply> document(Exchange exchange) {
    return Future.succeededFuture(Reply.of(200, Reply.JSON, document));
  }

  Future<Reply> live(Exchange exchange) {
    return Future.succeededFuture(Reply.json(new JsonObject().put("status", "UP")));
  }

  Future<Reply> ready(Exchange exchange) {
    return ready
        .checkStatus()
        .map(
            result ->
                Reply.of(
                    Boolean.TRUE.equals(result.getUp()) ? 200 : 503,
                    Reply.JSON,
                    result.toJson().toBuffer()));
  }

  Future<Reply> metrics(Exchange exchange) {
    return vertx
        .executeBlocking(scrape::get, false)
        .map(text -> Reply.of(200, METRICS_TYPE, Buffer.buffer(text)));
  }
}
