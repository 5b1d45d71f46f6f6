package dev.holdfast.http;

import dev.holdfast.model.Names;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.Set;

/** The stream of events. */
final class EventCalls {
  private final SseHub hub;
  private final Denials denials;

  EventCalls(SseHub hub, Denials denials) {
    this.hub = hub;
    this.denials = denials;
  }

  Future<Reply> stream(Exchange exchange) {
    Set<String> services = new LinkedHashSet<>();
    String named = exchange.text("services");
    if (named != null) {
      for (String name : named.split(",", -1)) {
        denials.checkScope(exchange.request(), exchange.grant(), Names.service(name));
        services.add(name);
      }
    }
    hub.attach(exchange.request(), services, exchange.caller());
    return Future.succeededFuture(Reply.TAKEN);
  }
}
