package dev.holdfast.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services and record classes that a client was asked for. Belongs to one event loop, but for
 * {@link #typed}.
 */
final class Registry {
  private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

  private final Context context;
  private final HoldfastOptions options;
  private final Map<String, String> environment;
  private final Transport transport;
  private final Map<String, Feed> feeds = new HashMap<>();
  private final Map<Class<?>, Typed<?>> typed = new ConcurrentHashMap<>();

  /** A record class in use. */
  record Typed<T extends Record>(RecordShape<T> shape, RecordView<T> view) {}

  Registry(Vertx vertx, Context context, HoldfastOptions options, Map<String, String> environment) {
    this.context = context;
    this.options = options;
    this.environment = Map.copyOf(environment);
    this.transport = new Transport(vertx, context, options, Clock.systemUTC(), this::known);
  }

  /**
   * What a record class has: done when it is known. Fails {@link HoldfastException} where there is
   * nothing and the defaults do not suffice or are forbidden.
   */
  <T extends Record> Future<T> ready(Typed<T> use) {
    Feed feed = feed(use.shape().service(), use.shape().hasSecrets());
    return feed.ready()
        .compose(done -> use.view().ready())
        .map(
            done -> {
              T now = use.view().current();
              return now != null ? now : first(use, feed);
            });
  }

  /** What a record starts with that was not there when the settings came, or did not fit. */
  private <T extends Record> T first(Typed<T> use, Feed feed) {
    String service = use.shape().service();
    String why = feed.problem();
    Settings held = feed.current();
    if (held != null) {
      try {
        T made = use.shape().bind(held);
        use.view().standIn(made);
        return made;
      } catch (Misfit e) {
        why = "what the manager says does not fit: " + e.getMessage();
      }
    }
    if (options.isRequired()) {
      throw new HoldfastException(service + ": " + why);
    }
    try {
      T made = use.shape().fallback(environment);
      LOG.warn("{}: environment variables and defaults only: {}", service, why);
      use.view().standIn(made);
      return made;
    } catch (Misfit e) {
      throw new HoldfastException(
          service + ": " + why + "; and the defaults do not suffice: " + e.getMessage());
    }
  }

  /** What stands for a record class; from any thread. Begins with it the first time. */
  @SuppressWarnings("unchecked") // each class is put with what was made of it
  <T extends Record> Typed<T> typed(Class<T> type) {
    return (Typed<T>)
        typed.computeIfAbsent(
            type,
            key -> {
              RecordShape<T> shape = RecordShape.of(type);
              Future<?> ready = context.executeBlocking(shape::prepare, false);
              Typed<T> made = new Typed<>(shape, new RecordView<>(shape::bind, ready));
              context.runOnContext(now -> begin(made));
              return made;
            });
  }

  private <T extends Record> void begin(Typed<T> use) {
    String service = use.shape().service();
    Future<Void> before =
        options.isRegisterSchemas()
            ? use.view().ready().compose(done -> transport.register(service, use.shape().schema()))
            : Future.succeededFuture();
    feed(service, use.shape().hasSecrets(), before).views().add(use.view());
  }

  /** The feed of a service that there is; null where there is none yet. */
  @Nullable Feed known(String service) {
    return feeds.get(service);
  }

  /** The feed of a service; a new one starts soon. */
  Feed feed(String service, boolean secrets) {
    return feed(service, secrets, Future.succeededFuture());
  }

  void start() {
    transport.start();
  }

  Future<Void> close() {
    feeds.values().forEach(Feed::close);
    return transport.close();
  }

  /** The feed of a service; a new one starts once that is done, and never within this call. */
  private Feed feed(String service, boolean secrets, Future<Void> before) {
    Feed known = feeds.get(service);
    Feed feed = known == null ? transport.feed(service) : known;
    if (secrets) {
      feed.wantSecrets();
    }
    if (known == null) {
      feeds.put(service, feed);
      Future.join(before, transport.loaded())
          .onComplete(
              done ->
                  context.runOnContext(
                      now -> {
                        transport.follow(service);
                        feed.start();
                      }));
    }
    return feed;
  }
}
