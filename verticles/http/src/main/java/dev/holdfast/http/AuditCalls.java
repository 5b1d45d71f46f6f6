package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AccessFound;
import dev.holdfast.messages.storage.FindAccess;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Times;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The access log: who did, or tried, what. */
final class AuditCalls {
  private static final long LIMIT = 100;

  private final Bus bus;
  private final Denials denials;

  AuditCalls(Bus bus, Denials denials) {
    this.bus = bus;
    this.denials = denials;
  }

  Future<Reply> list(Exchange exchange) {
    Long limit = exchange.number("limit");
    FindAccess question =
        new FindAccess(
            services(exchange),
            exchange.text("user"),
            exchange.text("action"),
            exchange.text("key"),
            (Boolean) exchange.query().get("success"),
            exchange.time("start_date"),
            exchange.time("end_date"),
            exchange.number("before"),
            Math.toIntExact(limit == null ? LIMIT : limit));
    return bus.call(StorageRoutes.FIND_ACCESS, question).map(AuditCalls::reply);
  }

  /** The services whose entries may be told; null for all entries, also those of no service. */
  private @Nullable Set<String> services(Exchange exchange) {
    String service = exchange.text("service");
    if (service == null) {
      return exchange.caller().scope();
    }
    denials.checkScope(exchange.request(), exchange.grant(), service);
    return Set.of(service);
  }

  private static Reply reply(AccessFound found) {
    JsonArray entries = new JsonArray();
    found.rows().forEach(row -> entries.add(json(row)));
    return Reply.json(
        new JsonObject().put("entries", entries).put("total_returned", entries.size()));
  }

  private static JsonObject json(AccessFound.Row row) {
    AccessEntry entry = row.entry();
    return new JsonObject()
        .put("id", row.id())
        .put("user_id", entry.userId())
        .put("action", entry.action())
        .put("service", entry.service())
        .put("key", entry.key())
        .put("success", entry.success())
        .put("reason", entry.reason())
        .put("timestamp", Times.format(entry.at()));
  }
}
