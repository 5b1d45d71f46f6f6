package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.settings.HistoryPage;
import dev.holdfast.messages.settings.QueryHistory;
import dev.holdfast.messages.settings.SearchHit;
import dev.holdfast.messages.settings.SearchPage;
import dev.holdfast.messages.settings.SearchSettings;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.FindItems;
import dev.holdfast.messages.storage.ItemsFound;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Caller;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.ServiceSnapshot;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Search and history, each within the caller's scope. */
final class Queries {
  private static final int MAX_QUERY = 1_000;

  private final Bus bus;
  private final Memory memory;

  Queries(Bus bus, Memory memory) {
    this.bus = bus;
    this.memory = memory;
  }

  /**
   * Finds settings: storage tells where, memory tells what. A service that is not there has no
   * settings: the answer is empty.
   */
  Future<SearchPage> search(SearchSettings query) {
    Checks.range("max_results", query.maxResults(), 1, 200);
    if (query.query().isBlank() || query.query().length() > MAX_QUERY) {
      throw Checks.invalid(
          "the request",
          List.of(
              new FieldError(
                  "query", "query: expected: 1 to " + MAX_QUERY + " characters", "min_length")));
    }
    String service = query.service();
    if (service != null && memory.service(service) == null) {
      return Future.succeededFuture(new SearchPage(List.of(), 0));
    }
    Set<String> services = within(query.caller(), service);
    if (services != null && services.isEmpty()) {
      return Future.succeededFuture(new SearchPage(List.of(), 0));
    }
    FindItems question =
        new FindItems(
            query.query(), services, query.complexity(), query.type(), query.maxResults());
    return bus.call(StorageRoutes.FIND_ITEMS, question).map(this::page);
  }

  /** Finds history entries, newest first. Values of what is a secret today are masked. */
  Future<HistoryPage> history(QueryHistory query) {
    Checks.range("limit", query.limit(), 1, 1_000);
    Set<String> services = within(query.caller(), query.service());
    if (services != null && services.isEmpty()) {
      return Future.succeededFuture(new HistoryPage(List.of()));
    }
    FindHistory question =
        new FindHistory(
            services,
            query.key(),
            query.from(),
            query.to(),
            query.before(),
            List.of(),
            query.limit());
    return bus.call(StorageRoutes.FIND_HISTORY, question)
        .map(found -> new HistoryPage(found.entries().stream().map(this::masked).toList()));
  }

  private SearchPage page(ItemsFound found) {
    List<SearchHit> hits = new ArrayList<>();
    for (ItemsFound.Hit item : found.items()) {
      SearchHit hit = hit(item);
      if (hit != null) {
        hits.add(hit);
      }
    }
    return new SearchPage(hits, found.totalCount() - (found.items().size() - hits.size()));
  }

  private @Nullable SearchHit hit(ItemsFound.Hit item) {
    ServiceSnapshot snapshot = memory.service(item.service());
    CompiledSchema schema = memory.schema(item.service());
    if (snapshot == null || schema == null) {
      return null;
    }
    if (schema.field(item.key()) == null && !snapshot.effective().has(item.key())) {
      return null;
    }
    Object value = snapshot.effective().get(item.key());
    FieldSpec field = schema.describe(item.key(), value);
    return new SearchHit(
        item.service(),
        item.key(),
        field.secret() ? null : value,
        field.type(),
        field.complexity(),
        field.description(),
        item.score());
  }

  private HistoryEntry masked(HistoryEntry entry) {
    CompiledSchema schema = memory.schema(entry.service());
    if (schema == null || !schema.secret(entry.key())) {
      return entry;
    }
    return new HistoryEntry(
        entry.id(),
        entry.service(),
        entry.key(),
        entry.oldValue() == null ? null : SecretValue.MASK,
        entry.newValue() == null ? null : SecretValue.MASK,
        entry.changedAt(),
        entry.changedBy(),
        entry.reason());
  }

  /** The services to look in; null for all, empty for none. */
  private static @Nullable Set<String> within(Caller caller, @Nullable String service) {
    if (service == null) {
      return caller.scope();
    }
    return caller.sees(service) ? Set.of(service) : Set.of();
  }
}
