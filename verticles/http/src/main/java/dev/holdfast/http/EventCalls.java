package dev.holdfast.http;

import dev.holdfast.model.Names;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/** The stream of events. */
final class EventCalls {
  private final SseHub hub;
  private final Denials denials;
  private final Access access;
  private final Authenticator authenticator;

  EventCalls(SseHub hub, Denials denials, Access access, Authenticator authenticator) {
    this.hub = hub;
    this.denials = denials;
    this.access = access;
    this.authenticator = authenticator;
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
    Grant grant = Objects.requireNonNull(exchange.grant(), "grant");
    Session session = authenticator.session(exchange.request());
    if (!(exchange.request() instanceof HttpIncoming stream)) {
      throw new IllegalStateException("a stream of events goes over HTTP alone");
    }
    hub.attach(stream.http(), services, exchange.caller(), () -> access.admits(grant, session));
    return Future.succeededFuture(Reply.TAKEN);
  }
}
