package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.settings.ReadSecrets;
import dev.holdfast.messages.settings.SecretsRead;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.model.ServiceSnapshot;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers a service's settings with its secrets in clear, to who may read them so. Nothing of it is
 * kept: each reply is made from what the settings room opens for it.
 */
final class ClearReads {
  private static final String NO_STORE = "no-store";

  private final Bus bus;

  ClearReads(Bus bus) {
    this.bus = bus;
  }

  /** Whether that caller, whom the service is in reach of, reads it otherwise than all others. */
  static boolean concerns(Grant grant, ServiceDocument document) {
    return document.hasSecrets() && grant.roles().contains(Role.SECRETS);
  }

  /**
   * The service in clear, long or {@code brief}; {@code known} is its newest state that is masked.
   * Fails as {@link SettingsRoutes#READ_SECRETS} does.
   */
  Future<Reply> get(Exchange exchange, ServiceDocument known, boolean brief) {
    String held = exchange.request().header(HttpHeaders.IF_NONE_MATCH);
    String tag = known.clearTag(brief, Map.of());
    if (EntityTags.held(held, tag)) {
      // Every change of a secret is a version, so who holds them all of this one has the newest.
      return Future.succeededFuture(unchanged(tag));
    }
    return bus.call(
            SettingsRoutes.READ_SECRETS, new ReadSecrets(exchange.service(), exchange.caller()))
        .map(read -> reply(read, known, brief, held));
  }

  private static Reply reply(
      SecretsRead read, ServiceDocument known, boolean brief, @Nullable String held) {
    ServiceDocument document =
        sameState(known.snapshot(), read.snapshot())
            ? known
            : ServiceDocument.of(read.snapshot(), known);
    String tag = document.clearTag(brief, read.faults());
    return EntityTags.held(held, tag)
        ? unchanged(tag)
        : headed(Reply.json(document.text(read.values(), read.faults(), brief)), tag);
  }

  private static boolean sameState(ServiceSnapshot one, ServiceSnapshot other) {
    return one.revision() == other.revision() && one.epoch().equals(other.epoch());
  }

  private static Reply unchanged(String tag) {
    return headed(new Reply(304, Map.of(), Buffer.buffer()), tag);
  }

  private static Reply headed(Reply reply, String tag) {
    return reply.with("etag", tag).with("cache-control", NO_STORE);
  }
}
