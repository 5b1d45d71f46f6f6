package dev.holdfast.client;

import dev.holdfast.model.Names;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
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
 * <p>What counts, in this order: what the manager says (asked over REST, pushed over MQTT or
 * server-sent events), the last-known-good copy, environment variables and defaults. Only what the
 * manager signed is believed, and never anything older than what was seen before, not even after a
 * restart.
 *
 * <p>All methods may be called from any thread. Callbacks run on an event loop and must not block.
 */
public final class HoldfastClient {
  private static final Logger LOG = LoggerFactory.getLogger(HoldfastClient.class);

  private final Vertx vertx;
  private final Context context;
  private final HoldfastOptions options;
  private final Executor executor;
  private final Registry registry;

  /** How callbacks are run. */
  interface Executor {
    /** Runs it; fails where it throws. */
    Future<Void> run(Runnable callback);
  }

  HoldfastClient(
      Vertx vertx, HoldfastOptions options, Map<String, String> environment, Executor executor) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.options = options;
    this.executor = executor;
    this.registry = new Registry(vertx, context, options, environment);
    context.runOnContext(start -> registry.start());
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
    Registry.Typed<T> use = registry.typed(type);
    T newest = use.view().newest();
    if (newest != null) {
      context.runOnContext(now -> handOut(use.view(), newest));
      return Future.succeededFuture(newest);
    }
    return onContext(
        () -> {
          use.view().await();
          return registry.ready(use).onSuccess(use.view()::handOut);
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
    Registry.Typed<T> use = registry.typed(type);
    RecordView.Subscriber<T> subscriber = value -> executor.run(() -> callback.accept(value));
    context.runOnContext(
        now -> {
          String service = use.shape().service();
          registry
              .ready(use)
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
          Feed feed = registry.feed(service, false);
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
          Feed feed = registry.feed(service, secrets);
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
              Feed feed = registry.known(service);
              if (feed != null) {
                feed.views().remove(view);
              }
            });
  }

  /** Where the settings of a service that are in use came from; done at once. */
  public Future<Origin> origin(String service) {
    return onContext(
        () -> {
          Feed feed = registry.known(service);
          Settings now = feed == null ? null : feed.current();
          return Future.succeededFuture(now == null ? Origin.DEFAULTS : now.origin());
        });
  }

  /** Ends everything. What was handed out stays as it is. */
  public Future<Void> close() {
    return onContext(registry::close);
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
