package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.settings.RestoreHistory;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.SecretValue;
import dev.holdfast.settings.Writes.Author;
import io.vertx.core.Future;
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
  private static final ConfigUseCases.What RESTORE =
      new ConfigUseCases.What("restore", "restored: ");

  private final Retries retries;
  private final Bus bus;
  private final Memory memory;
  private final ConfigUseCases configs;

  RestoreUseCase(Retries retries, Bus bus, Memory memory, ConfigUseCases configs) {
    this.retries = retries;
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
              return retries.run(() -> restore(command, entries));
            });
  }

  private Future<ChangeResult> restore(RestoreHistory command, List<HistoryEntry> newestFirst) {
    CompiledSchema schema = memory.schema(command.service());
    Map<String, @Nullable Object> keys = new TreeMap<>();
    for (HistoryEntry entry : newestFirst) {
      if (!ofSecret(entry) && (schema == null || !schema.secret(entry.key()))) {
        keys.put(entry.key(), Scalars.normal(entry.oldValue()));
      }
    }
    Author author = new Author(command.caller().name(), reason(newestFirst));
    return configs.set(command.service(), keys, author, RESTORE);
  }

  /** Whether it was a secret then, whatever it is now. */
  private static boolean ofSecret(HistoryEntry entry) {
    return SecretValue.MASK.equals(entry.oldValue()) || SecretValue.MASK.equals(entry.newValue());
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
