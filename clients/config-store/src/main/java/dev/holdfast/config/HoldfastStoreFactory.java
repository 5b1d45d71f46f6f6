package dev.holdfast.config;

import io.vertx.config.spi.ConfigStore;
import io.vertx.config.spi.ConfigStoreFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * The store of type {@code holdfast}. Its configuration has the members of {@link
 * dev.holdfast.client.HoldfastOptions} and
 *
 * <ul>
 *   <li>{@code service}: the service whose settings stand at the root, or
 *   <li>{@code services}: an object of services by prefix;
 *   <li>{@code flat}: whether a prefix is joined to each key by a dot instead of naming an object
 *       (unset: false);
 *   <li>{@code secrets}: whether secrets are wanted in clear (unset: false).
 * </ul>
 *
 * <p>What is pushed is in memory, so reading costs nothing and a short scan period is free. When
 * the manager is away the last known settings are served, never {@code {}}.
 */
public final class HoldfastStoreFactory implements ConfigStoreFactory {
  /** Made by vertx-config. */
  public HoldfastStoreFactory() {}

  @Override
  public String name() {
    return "holdfast";
  }

  @Override
  public ConfigStore create(Vertx vertx, JsonObject configuration) {
    PushedConfig config = new PushedConfig(vertx, configuration, changed -> {});
    return new ConfigStore() {
      @Override
      public Future<Buffer> get() {
        return config.get().map(JsonObject::toBuffer);
      }

      @Override
      public Future<Void> close() {
        return config.close();
      }
    };
  }
}
