package dev.holdfast.messages.storage;

import java.util.Map;

/**
 * The change is on disk.
 *
 * @param revision the database's revision of this change
 * @param schemaVersion the version of the model of all schemas now
 * @param versions the new version of each service written; of a deletion the tombstone's
 */
public record Committed(long revision, long schemaVersion, Map<String, Long> versions)
    implements StorageMessage {
  public Committed {
    versions = Map.copyOf(versions);
  }
}
