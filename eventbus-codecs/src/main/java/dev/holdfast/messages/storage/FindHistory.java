package dev.holdfast.messages.storage;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks in {@code config_history}, newest first.
 *
 * @param services only of these, or null for all
 * @param key only of this key, or null
 * @param from not before this moment, or null
 * @param to not after this moment, or null
 * @param before only ids below this one, or null
 * @param ids only these ids; empty for all
 * @param limit 1 to 1000
 */
public record FindHistory(
    @Nullable Set<String> services,
    @Nullable String key,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Long before,
    List<Long> ids,
    int limit)
    implements StorageMessage {
  public FindHistory {
    services = services == null ? null : Set.copyOf(services);
    ids = List.copyOf(ids);
  }
}
