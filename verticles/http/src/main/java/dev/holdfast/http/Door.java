package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Everything between the listener and the bus, put together for one event loop: the read path
 * first, the router behind it.
 */
final class Door {
  private final Shared shared;
  private final Vertx vertx;
  private final Bus bus;
  private final HealthView health;
  private final SseHub hub;
  private final HttpMetrics metrics;
  private final Stamp stamp = new Stamp(Clock.systemUTC());
  private final Denials denials;

  Door(Shared shared, Vertx vertx, Bus bus, HealthView health, SseHub hub) {
    this.shared = shared;
    this.vertx = vertx;
    this.bus = bus;
    this.health = health;
    this.hub = hub;
    this.metrics = new HttpMetrics(shared.meters());
    this.denials = new Denials(bus, Clock.systemUTC());
  }

  /** Takes every legal request. */
  Handler<HttpServerRequest> requests(Map<Call, RequestRules> rules) {
    Authenticator authenticator = new Authenticator(shared.tokens());
    FastPath fast = new FastPath(shared.model(), authenticator, stamp, metrics);
    Gate gate =
        new Gate(authenticator, denials, new BodyReader(vertx, BodyReader.DEADLINE_MILLIS), rules);
    Problems problems = new Problems(health::newest);
    Handler<HttpServerRequest> router =
        new Api(handlers(), gate, problems, stamp, metrics).router(vertx);
    return request -> {
      if (!fast.answer(request)) {
        router.handle(request);
      }
    };
  }

  /** Takes what is no legal HTTP request. */
  Handler<HttpServerRequest> errors() {
    return new ServerErrors(stamp, metrics)::answer;
  }

  private Map<Call, Function<Exchange, Future<Reply>>> handlers() {
    ReadModel model = shared.model();
    Changes changes = new Changes(model);
    ServiceCalls services = new ServiceCalls(bus, model, changes);
    SecretCalls secrets = new SecretCalls(bus, changes);
    QueryCalls queries = new QueryCalls(bus, model, denials);
    AuditCalls audit = new AuditCalls(bus, denials);
    SchemaCalls schemas = new SchemaCalls(bus, model);
    ManagerCalls manager = new ManagerCalls(bus, model, health, shared.tokens());
    EventCalls events = new EventCalls(hub, denials);
    ProbeCalls probes = new ProbeCalls(vertx, model, shared.scrape(), shared.document());
    Map<Call, Function<Exchange, Future<Reply>>> handlers = new EnumMap<>(Call.class);
    handlers.put(Call.LIST_SERVICES, services::list);
    handlers.put(Call.GET_SERVICE, services::get);
    handlers.put(Call.PUT_SERVICE, services::put);
    handlers.put(Call.PATCH_SERVICE, services::patch);
    handlers.put(Call.DELETE_SERVICE, services::delete);
    handlers.put(Call.PUT_SECRET, secrets::put);
    handlers.put(Call.DELETE_SECRET, secrets::delete);
    handlers.put(Call.REVEAL_SECRET, secrets::reveal);
    handlers.put(Call.SEARCH, queries::search);
    handlers.put(Call.HISTORY, queries::history);
    handlers.put(Call.RESTORE, queries::restore);
    handlers.put(Call.AUDIT, audit::list);
    handlers.put(Call.LIST_SCHEMAS, schemas::list);
    handlers.put(Call.GET_SCHEMA, schemas::get);
    handlers.put(Call.PUT_SCHEMA, schemas::put);
    handlers.put(Call.KEYS, manager::keys);
    handlers.put(Call.ME, manager::me);
    handlers.put(Call.HEALTH, manager::health);
    handlers.put(Call.EVENTS, events::stream);
    handlers.put(Call.OPENAPI, probes::document);
    handlers.put(Call.LIVE, probes::live);
    handlers.put(Call.READY, probes::ready);
    handlers.put(Call.METRICS, probes::metrics);
    handlers.put(Call.ROOT, probes::root);
    return handlers;
  }
}
