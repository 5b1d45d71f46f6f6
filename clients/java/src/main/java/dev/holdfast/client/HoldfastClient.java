package dev.holdfast.client;

import dev.holdfast.model.Names;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a service, typed, verified and kept up to date.
 *
 * <pre>{@code
 * @ServiceConfig("my-service")
 * record MyServiceConfig(
 *     @Setting("How many") @Min(0) @Max(1000) @DefaultValue("100") int anotherSetting) {}
 *
 * var holdfast = HoldfastClient.fromEnv(vertx);
 * Future<MyServiceConfig> config = holdfast.get(MyServiceConfig.class);
 * holdfast.subscribe(MyServiceConfig.class, updated -> …);
 * }</pre>
 *
 * <p>What counts, in this order: what the manager says (asked over the event bus, else REST; pushed
 * over MQTT, server-sent events or the event bus), the last-known-good copy, environment variables
 * and defaults. Only what the manager signed is believed, and never anything older than what was
 * seen before, not even after a restart.
 *
 * <p>All methods may be called from any thread. Callbacks run on an event loop and must not block.
 */
public final class HoldfastClient {
  private static final Logger LOG = LoggerFactory.getLogger(HoldfastClient.class);

  private final Vertx vertx;
  private final Context context;
  private final HoldfastOptions options;
  private final Transport transport;
  private final Executor executor;
  private final Map<String, String> environment;
  private final Map<String, Feed> feeds = new HashMap<>();
  private final Map<Class<?>, Typed<?>> typed = new ConcurrentHashMap<>();

  /** How callbacks are run. */
  interface Executor {
    /** Runs it; fails where it throws. */
    Future<Void> run(Runnable callback);
  }

  /** A record class in use. */
  private record Typed<T extends Record>(RecordShape<T> shape, RecordView<T> view) {}

  HoldfastClient(
      Vertx vertx, HoldfastOptions options, Map<String, String> environment, Executor executor) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.options = options;
    this.environment = Map.copyOf(environment);
    this.executor = executor;
    this.transport = new Transport(vertx, options, Clock.systemUTC(), this::feedOf);
    context.runOnContext(start -> transport.start());
  }

  /**
   * A client. Starts at once, whether or not anything can be reached.
   *
   * @throws IllegalArgumentException where the options lack the public keys
   */
  public static HoldfastClient create(Vertx vertx, HoldfastOptions options) {
    return new HoldfastClient(vertx, options, System.getenv(), HoldfastClient::inPlace);
  }

  /** A client with {@link HoldfastOptions#fromEnv} of the process's environment. */
  public static HoldfastClient fromEnv(Vertx vertx) {
    return create(vertx, HoldfastOptions.fromEnv(System.getenv()));
  }

  /**
   * The newest settings that fit the record. From memory once they were asked for; the first time
   * it takes as long as the manager does, and {@link HoldfastOptions#getStartMillis} at most.
   *
   * <p>Fails {@link HoldfastException} where there is nothing and the defaults do not suffice, or
   * {@link HoldfastOptions#isRequired} forbids them.
   *
   * @throws IllegalArgumentException where the class is no settings record
   */
  public <T extends Record> Future<T> get(Class<T> type) {
    Typed<T> use = typed(type);
    T newest = use.view().newest();
    if (newest != null) {
      context.runOnContext(now -> handOut(use.view(), newest));
      return Future.succeededFuture(newest);
    }
    return onContext(
        () -> {
          use.view().await();
          return ready(use).onSuccess(use.view()::handOut);
        });
  }

  /**
   * Tells every later update, and at once what there is if {@link #get} did not give it out yet. A
   * callback that throws keeps the old settings in use, is reported to the fleet's ledger, and is
   * told the next update all the same.
   *
   * @throws IllegalArgumentException where the class is no settings record
   */
  public <T extends Record> Subscription subscribe(Class<T> type, Consumer<T> callback) {
    Typed<T> use = typed(type);
    RecordView.Subscriber<T> subscriber = value -> executor.run(() -> callback.accept(value));
    context.runOnContext(
        now -> {
          String service = use.shape().service();
          ready(use)
              .onComplete(
                  done -> use.view().subscribe(subscriber, failure -> failed(service, failure)));
        });
    return () -> context.runOnContext(now -> use.view().unsubscribe(subscriber));
  }

  /**
   * The settings of a service without a record, with where they came from. Fails {@link
   * HoldfastException} where there are none.
   */
  public Future<Settings> settings(String service) {
    Names.service(service);
    return onContext(
        () -> {
          Feed feed = feed(service, false, Future.succeededFuture());
          return feed.ready()
              .map(
                  done -> {
                    Settings now = feed.current();
                    if (now == null) {
                      throw new HoldfastException(service + ": no settings are to be had");
                    }
                    return now;
                  });
        });
  }

  /**
   * Tells the settings of a service without a record, now and whenever they change. As {@link
   * #subscribe} in everything else.
   *
   * @param secrets whether secrets are wanted in clear; the token must be allowed to read them
   */
  public Subscription watch(String service, boolean secrets, Consumer<Settings> callback) {
    Names.service(service);
    RecordView<Settings> view = new RecordView<>(Function.identity());
    context.runOnContext(
        now -> {
          Feed feed = feed(service, secrets, Future.succeededFuture());
          feed.views().add(view);
          Settings held = feed.current();
          if (held != null) {
            view.standIn(held);
          }
          view.subscribe(
              value -> executor.run(() -> callback.accept(value)),
              failure -> failed(service, failure));
        });
    return () ->
        context.runOnContext(
            now -> {
              Feed feed = feeds.get(service);
              if (feed != null) {
                feed.views().remove(view);
              }
            });
  }

  /** Where the settings of a service that are in use came from; done at once. */
  public Future<Origin> origin(String service) {
    return onContext(
        () -> {
          Feed feed = feeds.get(service);
          Settings now = feed == null ? null : feed.current();
          return Future.succeededFuture(now == null ? Origin.DEFAULTS : now.origin());
        });
  }

  /** Ends everything. What was handed out stays as it is. */
  public Future<Void> close() {
    return onContext(
        () -> {
          feeds.values().forEach(Feed::close);
          return transport.close();
        });
  }

  private <T extends Record> Future<T> ready(Typed<T> use) {
    Feed feed = feed(use.shape().service(), use.shape().hasSecrets(), Future.succeededFuture());
    return feed.ready()
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

  @SuppressWarnings("unchecked") // each class is put with what was made of it
  private <T extends Record> Typed<T> typed(Class<T> type) {
    return (Typed<T>)
        typed.computeIfAbsent(
            type,
            key -> {
              RecordShape<T> shape = RecordShape.of(type);
              RecordView<T> view = new RecordView<>(shape::bind);
              Typed<T> made = new Typed<>(shape, view);
              context.runOnContext(now -> begin(made));
              return made;
            });
  }

  private <T extends Record> void begin(Typed<T> use) {
    String service = use.shape().service();
    Future<Void> before =
        options.isRegisterSchemas()
            ? transport.register(service, use.shape().schema())
            : Future.succeededFuture();
    feed(service, use.shape().hasSecrets(), before).views().add(use.view());
  }

  private @Nullable Feed feedOf(String service) {
    return feeds.get(service);
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
      before.onComplete(
          done ->
              context.runOnContext(
                  now -> {
                    transport.follow(service);
                    feed.start();
                  }));
    }
    return feed;
  }

  private static <T> void handOut(RecordView<T> view, T value) {
    view.await();
    view.handOut(value);
  }

  private <T> Future<T> onContext(Supplier<Future<T>> task) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        now -> {
          try {
            task.get().onComplete(done);
          } catch (RuntimeException e) {
            done.fail(e);
          }
        });
    return done.future();
  }

  private static void failed(String service, Throwable failure) {
    LOG.warn("{}: a callback failed", service, failure);
  }

  private static Future<Void> inPlace(Runnable callback) {
    try {
      callback.run();
      return Future.succeededFuture();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  public String toString() {
    return "HoldfastClient[" + options + ", " + vertx.isClustered() + "]";
  }
}
