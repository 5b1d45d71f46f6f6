package dev.holdfast.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Updates that the manager publishes on the clustered event bus. */
final class BusLink implements Link {
  private final Vertx vertx;
  private final ManagerBus manager;
  private final Listener listener;
  private final Map<String, MessageConsumer<Object>> consumers = new HashMap<>();

  BusLink(Vertx vertx, ManagerBus manager, Listener listener) {
    this.vertx = vertx;
    this.manager = manager;
    this.listener = listener;
  }

  @Override
  public void follow(String service) {
    consumers.computeIfAbsent(
        service,
        name ->
            vertx
                .eventBus()
                .consumer(
                    ManagerBus.PREFIX + "changed." + name,
                    message -> {
                      if (message.body() instanceof String payload) {
                        listener.pushed(name, payload.getBytes(StandardCharsets.UTF_8), Origin.BUS);
                      }
                    }));
  }

  @Override
  public Future<Void> report(Report report) {
    return manager
        .ask(
            "report",
            report.json().put("service", report.service()).put("instance", report.instance()))
        .mapEmpty();
  }

  @Override
  public Future<Void> close() {
    return Future.join(consumers.values().stream().map(MessageConsumer::unregister).toList())
        .mapEmpty();
  }
}
