package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One key that changed in one change.
 *
 * @param id grows with time
 * @param service its service
 * @param key its key
 * @param oldValue before; null where it was null or absent
 * @param newValue after; null where it is null or absent
 * @param changedAt when
 * @param changedBy who
 * @param reason why, or null
 */
public record HistoryEntry(
    long id,
    String service,
    String key,
    @Nullable Object oldValue,
    @Nullable Object newValue,
    Instant changedAt,
    String changedBy,
    @Nullable String reason) {
  public HistoryEntry {
    requireNonNull(service, "service");
    requireNonNull(key, "key");
    requireNonNull(changedAt, "changedAt");
    requireNonNull(changedBy, "changedBy");
  }
}
