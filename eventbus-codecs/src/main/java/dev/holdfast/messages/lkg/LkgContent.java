package dev.holdfast.messages.lkg;

import static java.util.Objects.requireNonNull;

import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the file on disk holds, its signature verified.
 *
 * @param epoch the database's epoch
 * @param revision the database's revision
 * @param schemaVersion the version of the model of all schemas
 * @param writtenAt when the file was written
 * @param services every service, in order of name
 * @param schemas the schemas that come from no file
 * @param tombstones every service that was deleted and not made again
 */
public record LkgContent(
    String epoch,
    long revision,
    long schemaVersion,
    Instant writtenAt,
    List<Service> services,
    List<SchemaWrite> schemas,
    List<Tombstone> tombstones)
    implements LkgMessage {
  public LkgContent {
    requireNonNull(epoch, "epoch");
    requireNonNull(writtenAt, "writtenAt");
    services = List.copyOf(services);
    schemas = List.copyOf(schemas);
    tombstones = List.copyOf(tombstones);
  }

  /**
   * One service.
   *
   * @param service its name
   * @param version its version
   * @param revision the revision at which it became so
   * @param updatedAt when
   * @param updatedBy who
   * @param effective its effective settings, without the secret keys
   * @param environmentKeys the keys that the environment held, secrets among them
   * @param secrets its stored secrets, sealed, by key
   */
  public record Service(
      String service,
      long version,
      long revision,
      Instant updatedAt,
      String updatedBy,
      Values effective,
      Set<String> environmentKeys,
      Map<String, Sealed> secrets) {
    public Service {
      requireNonNull(service, "service");
      requireNonNull(updatedAt, "updatedAt");
      requireNonNull(updatedBy, "updatedBy");
      requireNonNull(effective, "effective");
      environmentKeys = Set.copyOf(environmentKeys);
      secrets = Map.copyOf(secrets);
    }
  }
}
