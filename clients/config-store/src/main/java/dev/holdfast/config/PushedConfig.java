package dev.holdfast.config;

import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.HoldfastOptions;
import dev.holdfast.client.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The configuration in memory, made anew whenever something is pushed. Safe for use by several
 * threads.
 */
final class PushedConfig {
  private final Mapping mapping;
  private final HoldfastClient client;
  private final Map<String, Settings> newest = new ConcurrentHashMap<>();
  private final Consumer<JsonObject> changed;
  private final Future<Void> begun;
  private volatile @Nullable JsonObject whole;

  /** {@code changed} hears every configuration that is complete; it must not block. */
  PushedConfig(Vertx vertx, JsonObject json, Consumer<JsonObject> changed) {
    this.mapping = Mapping.of(json);
    this.changed = changed;
    this.client = HoldfastClient.create(vertx, new HoldfastOptions(json));
    for (String service : mapping.services()) {
      client.watch(service, mapping.secrets(), this::pushed);
    }
    this.begun = first();
  }

  /**
   * The newest configuration. Fails {@link HoldfastException} only where the settings of a service
   * were never to be had: not from the manager, and not from the copy.
   */
  Future<JsonObject> get() {
    JsonObject made = whole;
    if (made != null) {
      return Future.succeededFuture(made.copy());
    }
    // What could not be had at first may have come since.
    Future<Void> known = begun.isComplete() ? first() : begun;
    return known.map(
        done -> {
          JsonObject now = whole;
          return now == null ? mapping.configuration(newest) : now.copy();
        });
  }

  Future<Void> close() {
    return client.close();
  }

  private Future<Void> first() {
    List<Future<Settings>> first =
        mapping.services().stream()
            .map(service -> client.settings(service).onSuccess(this::pushed))
            .toList();
    return Future.all(first).mapEmpty();
  }

  private synchronized void pushed(Settings settings) {
    newest.put(settings.service(), settings);
    Collection<String> all = mapping.services();
    if (newest.keySet().containsAll(all)) {
      JsonObject next = mapping.configuration(newest);
      if (!next.equals(whole)) {
        whole = next;
        changed.accept(next.copy());
      }
    }
  }
}
