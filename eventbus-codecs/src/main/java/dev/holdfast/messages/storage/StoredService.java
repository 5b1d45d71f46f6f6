package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Values;
import java.time.Instant;
import java.util.Set;

/**
 * One stored snapshot, its checksum verified.
 *
 * @param service its name
 * @param version its version
 * @param revision the revision at which it became so
 * @param stored defaults and what was set
 * @param setKeys the keys that somebody set
 * @param updatedAt when
 * @param updatedBy who
 */
public record StoredService(
    String service,
    long version,
    long revision,
    Values stored,
    Set<String> setKeys,
    Instant updatedAt,
    String updatedBy) {
  public StoredService {
    requireNonNull(service, "service");
    requireNonNull(stored, "stored");
    requireNonNull(updatedAt, "updatedAt");
    requireNonNull(updatedBy, "updatedBy");
    setKeys = Set.copyOf(setKeys);
  }
}
