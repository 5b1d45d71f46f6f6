package dev.holdfast.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Set;

/**
 * The state of one service at one version. What everybody but the storage room sees of it.
 *
 * @param service its name
 * @param version its version, 1 or above
 * @param revision the database's revision at which it became so
 * @param epoch the database's epoch
 * @param updatedAt when
 * @param updatedBy who
 * @param effective the effective settings, without the secret keys
 * @param setKeys the keys that somebody set; all others stand at their default
 * @param schema its shape
 */
public record ServiceSnapshot(
    String service,
    long version,
    long revision,
    String epoch,
    Instant updatedAt,
    String updatedBy,
    Values effective,
    Set<String> setKeys,
    ServiceSchema schema) {
  public ServiceSnapshot {
    requireNonNull(service, "service");
    requireNonNull(epoch, "epoch");
    requireNonNull(updatedAt, "updatedAt");
    requireNonNull(updatedBy, "updatedBy");
    requireNonNull(effective, "effective");
    requireNonNull(schema, "schema");
    setKeys = Set.copyOf(setKeys);
  }

  /** Where a key's effective value comes from. */
  public Source source(String key) {
    return setKeys.contains(key) ? Source.DATABASE : Source.DEFAULT;
  }
}
