package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.settings.RestoreHistory;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.StorageRoutes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Undoing history entries. */
final class RestoreUseCase {
  private static final int ATTEMPTS = 5;
  private static final long PAUSE_MILLIS = 25;

  private final Vertx vertx;
  private final Bus bus;
  private final Memory memory;
  private final ConfigUseCases configs;

  RestoreUseCase(Vertx vertx, Bus bus, Memory memory, ConfigUseCases configs) {
    this.vertx = vertx;
    this.bus = bus;
    this.memory = memory;
    this.configs = configs;
  }

  /**
   * Takes keys back to the old values of these entries; where several concern one key, the oldest
   * wins. Fails {@code NOT_FOUND} for entries that are unknown or another service's, {@code
   * INVALID} where a value no longer fits. A change that gets in between is let through first.
   */
  Future<ChangeResult> restore(RestoreHistory command) {
    String service = command.service();
    Checks.mayChange(service, command.caller());
    Set<Long> ids = new TreeSet<>(command.entries());
    Checks.range("history_entries", ids.size(), 1, 1_000);
    if (memory.service(service) == null) {
      throw Checks.noService(service);
    }
    FindHistory question =
        new FindHistory(null, null, null, null, null, List.copyOf(ids), ids.size());
    return bus.call(StorageRoutes.FIND_HISTORY, question)
        .compose(
            found -> {
              List<HistoryEntry> entries =
                  found.entries().stream()
                      .filter(entry -> entry.service().equals(service))
                      .sorted(Comparator.comparingLong(HistoryEntry::id).reversed())
                      .toList();
              entries.forEach(entry -> ids.remove(entry.id()));
              if (!ids.isEmpty()) {
                throw BusFailure.of(
                    FailureCode.NOT_FOUND,
                    "history_entries: "
                        + ids
                        + " (expected: ids of history entries of "
                        + service
                        + ")");
              }
              return attempt(command, entries, 1);
            });
  }

  private Future<ChangeResult> attempt(
      RestoreHistory command, List<HistoryEntry> newestFirst, int attempt) {
    CompiledSchema schema = memory.schema(command.service());
    Map<String, @Nullable Object> keys = new TreeMap<>();
    for (HistoryEntry entry : newestFirst) {
      if (schema == null || !schema.secret(entry.key())) {
        keys.put(entry.key(), Scalars.normal(entry.oldValue()));
      }
    }
    return configs
        .restore(command.service(), keys, reason(newestFirst), command.caller())
        .recover(
            failure ->
                attempt < ATTEMPTS && stale(failure)
                    ? vertx
                        .timer(PAUSE_MILLIS)
                        .compose(passed -> attempt(command, newestFirst, attempt + 1))
                    : Future.failedFuture(failure));
  }

  private static boolean stale(Throwable failure) {
    return failure instanceof BusFailure typed && typed.code() == FailureCode.CONFLICT;
  }

  private static String reason(List<HistoryEntry> entries) {
    List<String> ids = new ArrayList<>();
    entries.forEach(entry -> ids.add(String.valueOf(entry.id())));
    String reason = "restored from history " + String.join(", ", ids);
    return reason.length() > Checks.MAX_REASON
        ? reason.substring(0, Checks.MAX_REASON - 1) + "…"
        : reason;
  }
}
