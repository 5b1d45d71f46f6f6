package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.config.HoldfastRetriever;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vertx-config store, in front of the real jar. */
class ConfigStoreIT {
  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void store_managerKilled_configurationNeitherChangesNorEmpties() throws Exception {
    JsonObject options;
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      options = options(manager).put("service", "stt-worker");
      ConfigRetriever retriever = stock(options);
      JsonObject first = wait(retriever.getConfig());
      assertThat(first.getDouble("vad_threshold")).isEqualTo(0.5);
      List<JsonObject> told = new CopyOnWriteArrayList<>();
      retriever.listen(change -> told.add(change.getNewConfiguration()));
      assertThat(manager.patch("stt-worker", 1, "{\"vad_threshold\":0.6}").statusCode())
          .isEqualTo(200);
      await().until(() -> told.size() == 1 && told.get(0).getDouble("vad_threshold") == 0.6);

      manager.kill();
      TimeUnit.SECONDS.sleep(2);
      assertThat(told).hasSize(1);
      assertThat(wait(retriever.getConfig())).isEqualTo(told.get(0));

      manager.startAgain();
      assertThat(manager.patch("stt-worker", 2, "{\"vad_threshold\":0.7}").statusCode())
          .isEqualTo(200);
      await().atMost(Duration.ofSeconds(15)).until(() -> told.size() == 2);
      assertThat(told.get(1).getDouble("vad_threshold")).isEqualTo(0.7);
      wait(retriever.close());
    }
    // The application restarts while the manager is gone.
    ConfigRetriever after = stock(options);
    assertThat(wait(after.getConfig()).getDouble("vad_threshold")).isEqualTo(0.7);
    wait(after.close());
  }

  @Test
  void retriever_push_isToldAtOnceUnderEachPrefix() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      JsonObject services = new JsonObject().put("ears", "stt-worker").put("way", "router");
      ConfigRetriever nested =
          HoldfastRetriever.create(vertx, options(manager).put("services", services));
      ConfigRetriever flat =
          HoldfastRetriever.create(
              vertx, options(manager).put("services", services).put("flat", true));
      assertThat(wait(nested.getConfig()).getJsonObject("ears").getInteger("channels"))
          .isEqualTo(1);
      assertThat(wait(flat.getConfig()).getString("way.router_wake_ack_text")).isEqualTo("Yes?");
      List<JsonObject> told = new CopyOnWriteArrayList<>();
      List<JsonObject> streamed = new CopyOnWriteArrayList<>();
      nested.listen(change -> told.add(change.getNewConfiguration()));
      flat.configStream().handler(streamed::add);

      assertThat(manager.patch("router", 1, "{\"router_wake_ack_text\":\"Hm?\"}").statusCode())
          .isEqualTo(200);
      await()
          .until(
              () ->
                  told.stream()
                      .anyMatch(
                          config ->
                              config
                                  .getJsonObject("way")
                                  .getString("router_wake_ack_text")
                                  .equals("Hm?")));
      await()
          .until(
              () ->
                  streamed.stream()
                      .anyMatch(c -> "Hm?".equals(c.getString("way.router_wake_ack_text"))));
      assertThat(nested.getCachedConfig().getJsonObject("ears").getInteger("channels"))
          .isEqualTo(1);
      wait(nested.close());
      wait(flat.close());
    }
  }

  private ConfigRetriever stock(JsonObject options) {
    return ConfigRetriever.create(
        vertx,
        new ConfigRetrieverOptions()
            .setScanPeriod(50)
            .addStore(
                new ConfigStoreOptions().setType("holdfast").setOptional(true).setConfig(options)));
  }

  private JsonObject options(ManagerProcess manager) throws Exception {
    return new JsonObject()
        .put("url", "http://127.0.0.1:" + manager.port)
        .put("mqttUrl", "mqtt://127.0.0.1:" + manager.mqttPort)
        .put("token", manager.reader())
        .put("publicKeys", manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"))
        .put("cacheFolder", folder.resolve("app").toString());
  }

  private static <T> T wait(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
