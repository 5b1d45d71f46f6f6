package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.settings.HistoryPage;
import dev.holdfast.messages.settings.QueryHistory;
import dev.holdfast.messages.settings.RestoreHistory;
import dev.holdfast.messages.settings.SearchHit;
import dev.holdfast.messages.settings.SearchSettings;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.Names;
import dev.holdfast.model.Times;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Search and history. */
final class QueryCalls {
  private static final long SEARCH_LIMIT = 50;
  private static final long HISTORY_LIMIT = 100;

  private final Bus bus;
  private final ReadModel model;
  private final Denials denials;

  QueryCalls(Bus bus, ReadModel model, Denials denials) {
    this.bus = bus;
    this.model = model;
    this.denials = denials;
  }

  Future<Reply> search(Exchange exchange) {
    Map<String, @Nullable Object> body = exchange.body();
    String query = Objects.requireNonNull((String) body.get("query"), "query");
    String complexity = (String) body.get("complexity_filter");
    String type = (String) body.get("type_filter");
    Long max = (Long) body.get("max_results");
    SearchSettings question =
        new SearchSettings(
            query,
            service(exchange, body.get("service_filter")),
            complexity == null ? null : Complexity.valueOf(complexity.toUpperCase(Locale.ROOT)),
            type == null ? null : FieldType.valueOf(type.toUpperCase(Locale.ROOT)),
            Math.toIntExact(max == null ? SEARCH_LIMIT : max),
            exchange.caller());
    return bus.call(SettingsRoutes.SEARCH, question)
        .map(
            page -> {
              JsonArray results = new JsonArray();
              page.hits().forEach(hit -> results.add(json(hit)));
              return Reply.json(
                  new JsonObject()
                      .put("query", query)
                      .put("results", results)
                      .put("total_count", page.totalCount()));
            });
  }

  Future<Reply> history(Exchange exchange) {
    String key = exchange.text("key");
    Long limit = exchange.number("limit");
    QueryHistory question =
        new QueryHistory(
            service(exchange, exchange.text("service")),
            key == null ? null : Names.key(key),
            exchange.time("start_date"),
            exchange.time("end_date"),
            exchange.number("before"),
            Math.toIntExact(limit == null ? HISTORY_LIMIT : limit),
            exchange.caller());
    return bus.call(SettingsRoutes.HISTORY, question).map(QueryCalls::reply);
  }

  Future<Reply> restore(Exchange exchange) {
    Map<String, @Nullable Object> body = exchange.body();
    String service = Objects.requireNonNull(service(exchange, body.get("service")), "service");
    List<Long> entries =
        ((List<?>) Objects.requireNonNull(body.get("history_entries"), "history_entries"))
            .stream().map(Long.class::cast).toList();
    return bus.call(SettingsRoutes.RESTORE, new RestoreHistory(service, entries, exchange.caller()))
        .onSuccess(done -> model.apply(done.event()))
        .map(done -> restored(service, done));
  }

  private @Nullable String service(Exchange exchange, @Nullable Object name) {
    if (name == null) {
      return null;
    }
    String service = Names.service((String) name);
    denials.checkScope(exchange.request(), exchange.grant(), service);
    return service;
  }

  private static JsonObject json(SearchHit hit) {
    return new JsonObject()
        .put("service", hit.service())
        .put("key", hit.key())
        .put("value", hit.type() == FieldType.SECRET ? null : hit.value())
        .put("type", hit.type().word())
        .put("complexity", hit.complexity().word())
        .put("description", hit.description())
        .put("is_secret", hit.type() == FieldType.SECRET)
        .put("match_score", hit.score());
  }

  private static Reply reply(HistoryPage page) {
    JsonArray entries = new JsonArray();
    page.entries().forEach(entry -> entries.add(json(entry)));
    return Reply.json(
        new JsonObject().put("entries", entries).put("total_returned", entries.size()));
  }

  private static JsonObject json(HistoryEntry entry) {
    return new JsonObject()
        .put("id", entry.id())
        .put("service", entry.service())
        .put("key", entry.key())
        .put("old_value", entry.oldValue())
        .put("new_value", entry.newValue())
        .put("changed_at", Times.format(entry.changedAt()))
        .put("changed_by", entry.changedBy())
        .put("change_reason", entry.reason());
  }

  private static Reply restored(String service, ChangeResult done) {
    List<String> keys = done.differences().stream().map(Difference::key).sorted().toList();
    return Reply.json(
        new JsonObject()
            .put("success", true)
            .put("service", service)
            .put("keys_restored", new JsonArray(keys))
            .put("new_version", done.version()));
  }
}
