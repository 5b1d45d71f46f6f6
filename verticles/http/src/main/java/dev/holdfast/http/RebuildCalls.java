package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.health.StartRebuild;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A new database in the place of a damaged one, for who has the token for that. */
final class RebuildCalls {
  private static final String BY_TOKEN = "rebuild-token";

  private final Bus bus;
  private final byte @Nullable [] digest;
  private final Denials denials;

  RebuildCalls(Bus bus, HttpVerticle.Options options, Denials denials) {
    String token = options.rebuildToken();
    this.bus = bus;
    this.digest = token == null ? null : Tokens.sha256().digest(Tokens.bytes(token));
    this.denials = denials;
  }

  /** Begins one; how far it is, health says. */
  Future<Reply> rebuild(Exchange exchange) {
    String given = Objects.requireNonNull((String) exchange.body().get("token"), "token");
    boolean right =
        digest != null
            && MessageDigest.isEqual(digest, Tokens.sha256().digest(Tokens.bytes(given)));
    if (!right) {
      throw denials.rebuild(exchange.request(), digest == null);
    }
    boolean force = Boolean.TRUE.equals(exchange.body().get("force"));
    Grant grant = exchange.grant();
    return bus.call(
            HealthRoutes.REBUILD, new StartRebuild(grant == null ? BY_TOKEN : grant.name(), force))
        .map(report -> Reply.of(202, Reply.JSON, HealthView.json(report).toBuffer()));
  }
}
