package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Times;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Signing in and out, and who is asking. Belongs to one event loop. */
final class SessionCalls {
  private static final String SET_COOKIE = "set-cookie";

  private final Bus bus;
  private final Access access;
  private final Authenticator authenticator;
  private final SessionCookie cookie;
  private final Denials denials;
  private final Clock clock;

  SessionCalls(
      Bus bus,
      Access access,
      Authenticator authenticator,
      SessionCookie cookie,
      Denials denials,
      Clock clock) {
    this.bus = bus;
    this.access = access;
    this.authenticator = authenticator;
    this.cookie = cookie;
    this.denials = denials;
    this.clock = clock;
  }

  /** Begins a session, always a new one; that of a cookie that came along ends. */
  Future<Reply> signIn(Exchange exchange) {
    String token = Objects.requireNonNull((String) exchange.body().get("token"), "token");
    Grant grant = authenticator.of(exchange.request(), token);
    if (grant == null) {
      throw denials.unknown(exchange.request(), true);
    }
    Session before = authenticator.session(exchange.request());
    if (before != null) {
      access.end(before);
    }
    Sessions.Begun begun = access.sessions().begin(grant);
    bus.publish(
        StorageRoutes.ACCESS,
        new AccessEntry(grant.name(), "sign-in", null, null, true, null, clock.instant()));
    JsonObject json = described(grant).mergeIn(csrf(begun.session()));
    return Future.succeededFuture(Reply.json(json).with(SET_COOKIE, cookie.set(begun.id())));
  }

  /** Ends the session and its streams. Without one there is nothing to end, and that is well. */
  Future<Reply> signOut(Exchange exchange) {
    Session session = authenticator.session(exchange.request());
    if (session != null) {
      access.end(session);
    }
    return Future.succeededFuture(
        Reply.json(new JsonObject().put("success", true)).with(SET_COOKIE, cookie.clear()));
  }

  /**
   * The token that changes carry; who has no session needs none, and gets one that opens nothing.
   */
  Future<Reply> csrfToken(Exchange exchange) {
    return Future.succeededFuture(Reply.json(csrf(authenticator.session(exchange.request()))));
  }

  Future<Reply> me(Exchange exchange) {
    return Future.succeededFuture(
        Reply.json(described(Objects.requireNonNull(exchange.grant(), "grant"))));
  }

  private JsonObject csrf(@Nullable Session session) {
    Sessions sessions = access.sessions();
    String token = session == null ? sessions.secret() : session.csrfToken();
    Instant expires = session == null ? sessions.idleFromNow() : sessions.expires(session);
    return new JsonObject().put("csrf_token", token).put("expires_at", Times.format(expires));
  }

  private static JsonObject described(Grant grant) {
    JsonObject json =
        new JsonObject()
            .put("name", grant.name())
            .put("role", grant.roleWords())
            .put("permissions", new JsonArray(grant.permissionWords()));
    Set<String> scope = grant.scope();
    if (scope != null) {
      json.put("scope", new JsonArray(scope.stream().toList()));
    }
    return json;
  }
}
