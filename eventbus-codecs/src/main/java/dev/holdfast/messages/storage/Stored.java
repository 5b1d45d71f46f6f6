package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Tombstone;
import java.util.List;

/**
 * Everything that is stored.
 *
 * @param epoch UUID v4 of this database's life
 * @param revision the newest revision; 0 in a new database
 * @param schemaVersion the version of the model of all schemas; 0 in a new database
 * @param modelHash its hash; empty in a new database
 * @param services every service, in order of name
 * @param schemas what was registered
 * @param tombstones every service that was deleted and not made again
 */
public record Stored(
    String epoch,
    long revision,
    long schemaVersion,
    String modelHash,
    List<StoredService> services,
    List<SchemaWrite> schemas,
    List<Tombstone> tombstones)
    implements StorageMessage {
  public Stored {
    requireNonNull(epoch, "epoch");
    requireNonNull(modelHash, "modelHash");
    services = List.copyOf(services);
    schemas = List.copyOf(schemas);
    tombstones = List.copyOf(tombstones);
  }
}
