package dev.holdfast.examples.greeter;

import io.vertx.config.ConfigChange;
import io.vertx.config.ConfigRetriever;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** Prints its settings and each change, tells the cluster of it, and prints what others tell. */
final class ChangesVerticle extends VerticleBase {
  private static final String TOLD = "greeter.changed";

  private final ConfigRetriever retriever;
  private final String name;

  ChangesVerticle(ConfigRetriever retriever, String name) {
    this.retriever = retriever;
    this.name = name;
  }

  @Override
  public Future<?> start() {
    MessageConsumer<JsonObject> consumer = vertx.eventBus().consumer(TOLD);
    consumer.handler(message -> heard(message.body()));
    retriever.listen(this::changed);
    return consumer.completion().compose(done -> retriever.getConfig());
  }

  private void changed(ConfigChange change) {
    JsonObject before = change.getPreviousConfiguration();
    JsonObject after = change.getNewConfiguration();
    if (before.isEmpty()) {
      System.out.println("settings: " + after.encode());
      return;
    }
    for (String key : after.fieldNames()) {
      if (!Objects.equals(before.getValue(key), after.getValue(key))) {
        System.out.println(
            "changed: " + key + ": " + before.getValue(key) + " -> " + after.getValue(key));
      }
    }
    vertx.eventBus().publish(TOLD, new JsonObject().put("name", name));
  }

  private void heard(JsonObject told) {
    if (!name.equals(told.getString("name"))) {
      System.out.println(told.getString("name") + " has the change too");
    }
  }
}
