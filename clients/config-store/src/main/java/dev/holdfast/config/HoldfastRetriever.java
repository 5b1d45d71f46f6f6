package dev.holdfast.config;

import io.vertx.config.ConfigChange;
import io.vertx.config.ConfigRetriever;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.ReadStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ConfigRetriever} without a scan: listeners and stream hear a change when it is pushed.
 */
public final class HoldfastRetriever implements ConfigRetriever {
  private final Context context;
  private final PushedConfig config;
  private final List<Handler<ConfigChange>> listeners = new CopyOnWriteArrayList<>();
  private final NewestStream stream = new NewestStream();
  private volatile Function<JsonObject, JsonObject> processor = Function.identity();
  private volatile @Nullable Handler<Void> beforeScan;
  private JsonObject told = new JsonObject();

  private HoldfastRetriever(Vertx vertx, JsonObject options) {
    this.context = vertx.getOrCreateContext();
    this.config =
        new PushedConfig(vertx, options, next -> context.runOnContext(now -> changed(next)));
  }

  /** One with the options that the store takes; see {@link HoldfastStoreFactory}. */
  public static ConfigRetriever create(Vertx vertx, JsonObject options) {
    return new HoldfastRetriever(vertx, options);
  }

  @Override
  public Future<JsonObject> getConfig() {
    Handler<Void> before = beforeScan;
    if (before != null) {
      before.handle(null);
    }
    return config.get().map(processor);
  }

  @Override
  public Future<Void> close() {
    context.runOnContext(now -> stream.end());
    return config.close();
  }

  @Override
  public synchronized JsonObject getCachedConfig() {
    return told.copy();
  }

  @Override
  public void listen(Handler<ConfigChange> listener) {
    listeners.add(listener);
  }

  @Override
  public ConfigRetriever setBeforeScanHandler(Handler<Void> handler) {
    beforeScan = handler;
    return this;
  }

  @Override
  public ConfigRetriever setConfigurationProcessor(Function<JsonObject, JsonObject> function) {
    processor = function;
    return this;
  }

  @Override
  public ReadStream<JsonObject> configStream() {
    return stream;
  }

  private void changed(JsonObject raw) {
    JsonObject next = processor.apply(raw);
    JsonObject before;
    synchronized (this) {
      before = told;
      told = next;
    }
    if (!next.equals(before)) {
      listeners.forEach(
          listener -> context.runOnContext(now -> listener.handle(new ConfigChange(before, next))));
      stream.offer(next);
    }
  }
}
