package dev.holdfast.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every way to the manager and from it, as the options say. Belongs to one event loop. */
final class Transport implements Link.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

  private static final long REGISTER_AGAIN_MILLIS = 2_000;

  private final Vertx vertx;
  private final Context context;
  private final HoldfastOptions options;
  private final Function<String, @Nullable Feed> feeds;
  private final List<String> followed = new ArrayList<>();
  private final Verifier verifier;
  private final KeyRing keys;
  private final Future<Void> loaded;
  private final ManagerClock clock;
  private final @Nullable ManagerHttp http;
  private final Managers managers;
  private final List<Link> links = new ArrayList<>();
  private final Reports reports;
  private final @Nullable SecretBox box;
  private final Set<String> unregistered = new HashSet<>();
  private boolean closed;
  private long timer = -1;

  Transport(
      Vertx vertx,
      Context context,
      HoldfastOptions options,
      Clock local,
      Function<String, @Nullable Feed> feeds) {
    this.vertx = vertx;
    this.context = context;
    this.options = options;
    this.feeds = feeds;
    PublicKeys known = options.publicKeys();
    this.verifier = new Verifier(known, this::renewKeys);
    this.keys = new KeyRing(vertx, known, this::listedKeys, options.getCacheFolder());
    this.clock = new ManagerClock(local);
    this.reports = new Reports(options.getInstance(), local);
    byte[] key = options.getCacheKey();
    this.box = key == null ? null : new SecretBox(key);
    List<Manager> ways = new ArrayList<>();
    ManagerBus bus =
        options.isBus() ? new ManagerBus(vertx, options.getBusToken(), verifier) : null;
    if (bus != null) {
      ways.add(bus);
      links.add(new BusLink(vertx, bus, this));
    }
    URI url = options.getUrl();
    http = url == null ? null : new ManagerHttp(vertx, url, options, verifier, clock);
    if (http != null) {
      ways.add(http);
    }
    BrokerUrl broker = options.getBroker();
    if (broker != null) {
      links.add(new MqttLink(vertx, broker, options.getCaFile(), this));
    }
    if (http != null && options.isSse()) {
      links.add(new SseLink(vertx, http, this));
    }
    this.managers = new Managers(ways);
    reports.over(links);
    loaded = keys.load();
  }

  /** Done when the signature keys of earlier runs are known. */
  Future<Void> loaded() {
    return loaded;
  }

  void start() {
    timer = vertx.setPeriodic(Reports.AGAIN_MILLIS, id -> reports.again());
  }

  /** The settings of a service, not begun yet. */
  Feed feed(String service) {
    Path folder = options.getCacheFolder();
    CacheFile cache = folder == null ? null : new CacheFile(folder, service, verifier, box);
    return new Feed(
        vertx,
        service,
        managers,
        verifier,
        clock,
        new Shelf(vertx, service, cache),
        options,
        reports);
  }

  /** From any thread. */
  private void renewKeys() {
    keys.renew()
        .onSuccess(
            some -> {
              if (some) {
                context.runOnContext(now -> missed("a new signature key"));
              }
            });
  }

  private Future<JsonObject> listedKeys() {
    return http == null
        ? Future.failedFuture(new HoldfastException("keys are asked for over REST only"))
        : http.keys();
  }

  /** Begins to listen for a service. */
  void follow(String service) {
    followed.add(service);
    links.forEach(link -> link.follow(service));
  }

  /**
   * Registers a schema; done when that was tried once. Does not fail: a refusal is logged and
   * changes nothing else, and a manager that is away is asked again.
   */
  Future<Void> register(String service, JsonObject schema) {
    if (http == null) {
      LOG.warn("{}: the schema is not registered: that goes over REST, and no URL is set", service);
      return Future.succeededFuture();
    }
    return http.register(service, schema)
        .onSuccess(done -> LOG.info("{}: the schema is registered", service))
        .onFailure(
            failure -> {
              boolean away = HoldfastException.passes(failure);
              if (unregistered.add(service) || !away) {
                LOG.warn(
                    "{}: the schema is not registered{}: {}",
                    service,
                    away ? " yet" : "",
                    failure.getMessage());
              }
              if (away && !closed) {
                vertx.setTimer(REGISTER_AGAIN_MILLIS, id -> registerAgain(service, schema));
              }
            })
        .otherwiseEmpty();
  }

  private void registerAgain(String service, JsonObject schema) {
    Feed feed = feeds.apply(service);
    if (!closed && feed != null) {
      register(service, schema).onSuccess(done -> feed.ask("its schema was registered"));
    }
  }

  @Override
  public void pushed(String service, byte[] payload, Origin origin) {
    Feed feed = feeds.apply(service);
    if (feed != null) {
      feed.pushed(payload, origin);
    }
  }

  @Override
  public void missed(String why) {
    for (String service : followed) {
      Feed feed = feeds.apply(service);
      if (feed != null) {
        feed.ask(why);
      }
    }
  }

  Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    List<Future<Void>> ends = new ArrayList<>();
    links.forEach(link -> ends.add(link.close()));
    if (http != null) {
      ends.add(http.close());
    }
    return Future.join(ends).mapEmpty();
  }
}
