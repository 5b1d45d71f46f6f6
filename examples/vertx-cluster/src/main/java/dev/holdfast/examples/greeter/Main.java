package dev.holdfast.examples.greeter;

import dev.holdfast.config.HoldfastRetriever;
import io.vertx.config.ConfigRetriever;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.util.Map;

/** A greeter: one member of a cluster, with an HTTP server of its own. */
public final class Main {
  private Main() {}

  /**
   * Runs until it is stopped. {@code GREETER_NAME} and {@code GREETER_PORT} say who it is and where
   * it answers; the others of its variables are those of docs/client.md.
   */
  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    String name = environment.getOrDefault("GREETER_NAME", "greeter-1");
    int port = Integer.parseInt(environment.getOrDefault("GREETER_PORT", "8091"));
    Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
        .withClusterManager(new InfinispanClusterManager())
        .buildClustered()
        .compose(vertx -> deploy(vertx, store(environment), name, port))
        .onFailure(Main::giveUp);
  }

  private static Future<String> deploy(Vertx vertx, JsonObject store, String name, int port) {
    // One for both verticles: each change is received and verified once.
    ConfigRetriever retriever = HoldfastRetriever.create(vertx, store);
    return vertx
        .deployVerticle(new ChangesVerticle(retriever, name))
        .compose(done -> vertx.deployVerticle(new GreetingVerticle(retriever, name, port)));
  }

  /** What would stand in the store entry of {@code ConfigRetrieverOptions}. */
  private static JsonObject store(Map<String, String> environment) {
    return new JsonObject()
        .put("service", "router")
        .put("url", environment.get("HOLDFAST_URL"))
        .put("token", environment.get("HOLDFAST_TOKEN"))
        .put("publicKeys", environment.get("HOLDFAST_PUBLIC_KEY"))
        .put("cacheFolder", environment.get("HOLDFAST_CACHE_DIR"));
  }

  private static void giveUp(Throwable failure) {
    System.err.println("greeter: " + failure.getMessage());
    System.exit(1);
  }
}
