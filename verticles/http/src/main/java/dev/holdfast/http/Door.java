package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.MemberBus;
import dev.holdfast.messages.health.HealthReport;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
  private final Connections connections;
  private final Stamp stamp;
  private final Denials denials;
  private final SessionCookie cookie;
  private final Authenticator authenticator;

  Door(
      Shared shared, Vertx vertx, Bus bus, HealthView health, SseHub hub, Connections connections) {
    this.shared = shared;
    this.vertx = vertx;
    this.bus = bus;
    this.health = health;
    this.hub = hub;
    this.connections = connections;
    boolean tls = shared.options().tlsKey() != null;
    this.stamp = new Stamp(Clock.systemUTC(), tls);
    health.onReport(report -> stamp.source(source(report)));
    this.metrics = new HttpMetrics(shared.meters());
    this.denials = new Denials(bus, shared.access(), Clock.systemUTC());
    this.cookie = new SessionCookie(tls);
    this.authenticator = new Authenticator(shared.access(), cookie);
  }

  private static @Nullable String source(HealthReport report) {
    return report.operationalMode().equals("normal") ? null : report.reads().word();
  }

  /** Takes every legal request. */
  Handler<HttpServerRequest> requests(Map<Call, RequestRules> rules) {
    FastPath fast = new FastPath(shared.model(), authenticator, stamp, metrics);
    Gate gate = gate(rules);
    BodyReader bodies = new BodyReader(vertx, BodyReader.DEADLINE_MILLIS);
    Problems problems = problems();
    Handler<HttpServerRequest> router =
        new Api(handlers(), gate, bodies, problems, stamp, metrics).router(vertx);
    Cors cors = new Cors(shared.options().corsOrigins());
    return request -> {
      if (cors.allows(request)) {
        connections.running(request);
        foreign(request, router);
      } else if (fast.answer(request)) {
        connections.answered(request);
      } else {
        connections.running(request);
        router.handle(request);
      }
    };
  }

  /** Does what is done once for all instances; gives the way to a cluster's members, if any. */
  @Nullable Members once(Listener listener, Map<Call, RequestRules> rules) {
    shared.access().follow(bus, vertx);
    listener.follow(bus);
    return Members.open(vertx, bus, this, rules);
  }

  /** Takes what other members of a cluster ask. Call it on one event loop alone. */
  BusDoor members(Map<Call, RequestRules> rules) {
    return new BusDoor(
        new MemberBus(vertx),
        bus,
        new MemberAnswers(handlers(), gate(rules), problems(), stamp, bus, shared.model()),
        shared.membersProven());
  }

  private Gate gate(Map<Call, RequestRules> rules) {
    return new Gate(authenticator, denials, rules);
  }

  private Problems problems() {
    return new Problems(health::newest);
  }

  private void foreign(HttpServerRequest request, Handler<HttpServerRequest> router) {
    if (Cors.asks(request)) {
      stamp.put(request.response(), stamp.requestId(request));
      request.response().setStatusCode(204).end();
      metrics.answered(request.method(), 204);
    } else {
      router.handle(request);
    }
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
    ManagerCalls manager = new ManagerCalls(bus, model, health, shared.access());
    SessionCalls sessions =
        new SessionCalls(bus, shared.access(), authenticator, cookie, denials, Clock.systemUTC());
    EventCalls events = new EventCalls(hub, denials, shared.access(), authenticator);
    ProbeCalls probes = new ProbeCalls(vertx, model, shared.scrape(), shared.document());
    Map<Call, Function<Exchange, Future<Reply>>> handlers = new EnumMap<>(Call.class);
    handlers.put(Call.LIST_SERVICES, services::list);
    handlers.put(Call.GET_SERVICE, services::get);
    handlers.put(Call.GET_SIGNED, new SignedReads(bus, model)::get);
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
    handlers.put(Call.FLEET, new FleetCalls(bus, denials)::list);
    handlers.put(Call.LIST_SCHEMAS, schemas::list);
    handlers.put(Call.GET_SCHEMA, schemas::get);
    handlers.put(Call.PUT_SCHEMA, schemas::put);
    handlers.put(Call.KEYS, manager::keys);
    handlers.put(Call.SIGN_IN, sessions::signIn);
    handlers.put(Call.SIGN_OUT, sessions::signOut);
    handlers.put(Call.CSRF_TOKEN, sessions::csrfToken);
    handlers.put(Call.ME, sessions::me);
    handlers.put(Call.HEALTH, manager::health);
    handlers.put(Call.REBUILD, new RebuildCalls(bus, shared.options(), denials)::rebuild);
    handlers.put(Call.EVENTS, events::stream);
    handlers.put(Call.OPENAPI, probes::document);
    handlers.put(Call.LIVE, probes::live);
    handlers.put(Call.READY, probes::ready);
    handlers.put(Call.METRICS, probes::metrics);
    return handlers;
  }
}
