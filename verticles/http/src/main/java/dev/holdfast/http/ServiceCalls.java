package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.Route;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.DeleteService;
import dev.holdfast.messages.settings.PatchConfig;
import dev.holdfast.messages.settings.PutConfig;
import dev.holdfast.messages.settings.SettingsRoutes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads and changes services. Every change is in the read model before it is answered. */
final class ServiceCalls {
  private final Bus bus;
  private final ReadModel model;
  private final Changes changes;
  private final ClearReads clear;

  ServiceCalls(Bus bus, ReadModel model, Changes changes) {
    this.bus = bus;
    this.model = model;
    this.changes = changes;
    this.clear = new ClearReads(bus);
  }

  Future<Reply> list(Exchange exchange) {
    JsonArray names = new JsonArray(model.names(exchange.caller()));
    return Future.succeededFuture(Reply.json(new JsonObject().put("services", names)));
  }

  /**
   * Answers what the read path in front of the router left: odd spellings, what is missing, and
   * secrets in clear.
   */
  Future<Reply> get(Exchange exchange) {
    ServiceDocument document = model.get(exchange.service());
    if (document == null) {
      throw missing(exchange.service());
    }
    boolean brief = Boolean.FALSE.equals(exchange.query().get("include_fields"));
    Grant grant = exchange.grant();
    if (grant != null && ClearReads.concerns(grant, document)) {
      return clear.get(exchange, document, brief);
    }
    Encoded encoded = brief ? document.brief() : document.full();
    String held = exchange.request().header(HttpHeaders.IF_NONE_MATCH);
    Reply reply =
        EntityTags.held(held, encoded.tag())
            ? new Reply(304, Map.of(), Buffer.buffer())
            : Reply.of(200, Reply.JSON, encoded.body());
    return Future.succeededFuture(
        reply.with("etag", encoded.tag()).with("cache-control", FastPath.NO_CACHE.toString()));
  }

  Future<Reply> put(Exchange exchange) {
    Map<String, @Nullable Object> body = exchange.body();
    String service = exchange.service();
    Object named = body.get("service");
    if (named != null && !named.equals(service)) {
      throw BusFailure.of(
          FailureCode.BAD_REQUEST,
          "service: " + named + " (expected: " + service + ", as in the path)");
    }
    Preconditions expected = expected(exchange, (Long) body.get("version"));
    PutConfig question =
        new PutConfig(
            service,
            settings(body.get("config")),
            expected.version(),
            exchange.flag("untyped"),
            exchange.flag("dry_run"),
            (String) body.get("reason"),
            exchange.caller());
    return change(SettingsRoutes.PUT, question, expected)
        .map(done -> changes.reply(exchange, done));
  }

  Future<Reply> patch(Exchange exchange) {
    Preconditions expected = expected(exchange, exchange.number("version"));
    PatchConfig question =
        new PatchConfig(
            exchange.service(),
            exchange.body(),
            expected.version(),
            exchange.flag("dry_run"),
            exchange.text("reason"),
            exchange.caller());
    return change(SettingsRoutes.PATCH, question, expected)
        .map(done -> changes.reply(exchange, done));
  }

  Future<Reply> delete(Exchange exchange) {
    Preconditions expected = expected(exchange, exchange.number("version"));
    DeleteService question =
        new DeleteService(
            exchange.service(), expected.version(), exchange.text("reason"), exchange.caller());
    return change(SettingsRoutes.DELETE, question, expected)
        .map(
            done ->
                Reply.json(new JsonObject().put("success", true).put("version", done.version())));
  }

  /** No such service. */
  static BusFailure missing(String service) {
    return BusFailure.of(FailureCode.NOT_FOUND, service + ": there is no such service");
  }

  private <Q> Future<ChangeResult> change(
      Route<Q, ChangeResult> route, Q question, Preconditions expected) {
    return bus.call(route, question).recover(expected::refused).onSuccess(changes::apply);
  }

  private Preconditions expected(Exchange exchange, @Nullable Long version) {
    String service = exchange.service();
    return Preconditions.of(exchange.request(), service, model.get(service), version);
  }

  /** What the API document says is an object. */
  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> settings(@Nullable Object config) {
    return (Map<String, @Nullable Object>) Objects.requireNonNull(config, "config");
  }
}
