package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the database aside and makes a new one.
 *
 * @param reason why, for the record beside the database
 * @param requestedBy who wanted it
 * @param oldEpoch the epoch that is served so far, or null where none is known
 * @param versions the version that each known service goes on from
 * @param seed its first change; complete before the new database takes the place of the old one
 */
public record RebuildDatabase(
    String reason,
    String requestedBy,
    @Nullable String oldEpoch,
    Map<String, Long> versions,
    CommitChange seed)
    implements StorageMessage {
  public RebuildDatabase {
    requireNonNull(reason, "reason");
    requireNonNull(requestedBy, "requestedBy");
    versions = Map.copyOf(versions);
    requireNonNull(seed, "seed");
  }
}
