package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * Puts the database aside and makes a new one.
 *
 * @param reason why, for the record beside the database
 * @param requestedBy who wanted it
 * @param versions the version that each known service goes on from
 */
public record RebuildDatabase(String reason, String requestedBy, Map<String, Long> versions)
    implements StorageMessage {
  public RebuildDatabase {
    requireNonNull(reason, "reason");
    requireNonNull(requestedBy, "requestedBy");
    versions = Map.copyOf(versions);
  }
}
