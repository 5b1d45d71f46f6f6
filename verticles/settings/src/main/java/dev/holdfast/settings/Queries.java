package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.settings.HistoryPage;
import dev.holdfast.messages.settings.QueryHistory;
import dev.holdfast.messages.settings.SearchPage;
import dev.holdfast.messages.settings.SearchSettings;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Caller;
import dev.holdfast.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Search and history, each within the caller's scope. */
final class Queries {
  private static final int MAX_QUERY = 1_000;

  /** Searches that run or wait; one beyond is refused. */
  private static final int MAX_SEARCHES = 1_000;

  /** Their threads are their own, so that many of them hold up nothing else that blocks. */
  private static final int SEARCHERS = Math.max(2, Runtime.getRuntime().availableProcessors() / 2);

  private final Bus bus;
  private final Memory memory;
  private final WorkerExecutor searchers;
  private int searching;

  /** Ends with the verticle that makes it. */
  Queries(Vertx vertx, Bus bus, Memory memory) {
    this.searchers = vertx.createSharedWorkerExecutor("settings-search", SEARCHERS);
    this.bus = bus;
    this.memory = memory;
  }

  /**
   * Finds settings, in memory. A service that is not there has no settings: the answer is empty.
   * Fails {@code UNAVAILABLE} where too many searches wait.
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
    if (searching == MAX_SEARCHES) {
      throw BusFailure.of(FailureCode.UNAVAILABLE, "too many searches waiting; try again");
    }
    Map<String, Searched> all = memory.searched();
    Set<String> services = within(query.caller(), query.service());
    searching++;
    return searchers
        .executeBlocking(() -> Search.through(among(all, services), query), false)
        .onComplete(done -> searching--);
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

  /** Those of these names, in order; all where null. */
  private static Collection<Searched> among(
      Map<String, Searched> all, @Nullable Set<String> names) {
    return names == null
        ? all.values()
        : names.stream().sorted().map(all::get).filter(Objects::nonNull).toList();
  }

  /** The services to look in; null for all, empty for none. */
  private static @Nullable Set<String> within(Caller caller, @Nullable String service) {
    if (service == null) {
      return caller.scope();
    }
    return caller.sees(service) ? Set.of(service) : Set.of();
  }
}
