package dev.holdfast.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
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
 * @param setKeys the keys that somebody set, secrets among them; all others stand at their default
 * @param schema its shape
 * @param environmentKeys the keys that the environment holds, secrets among them: read-only
 * @param secrets the secrets that are stored, by key
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
    ServiceSchema schema,
    Set<String> environmentKeys,
    Map<String, Sealed> secrets) {
  public ServiceSnapshot {
    requireNonNull(service, "service");
    requireNonNull(epoch, "epoch");
    requireNonNull(updatedAt, "updatedAt");
    requireNonNull(updatedBy, "updatedBy");
    requireNonNull(effective, "effective");
    requireNonNull(schema, "schema");
    setKeys = Set.copyOf(setKeys);
    environmentKeys = Set.copyOf(environmentKeys);
    secrets = Map.copyOf(secrets);
  }

  /** Without secrets, and without anything from the environment. */
  public ServiceSnapshot(
      String service,
      long version,
      long revision,
      String epoch,
      Instant updatedAt,
      String updatedBy,
      Values effective,
      Set<String> setKeys,
      ServiceSchema schema) {
    this(
        service, version, revision, epoch, updatedAt, updatedBy, effective, setKeys, schema,
        Set.of(), Map.of());
  }

  /** The same with other secrets stored. */
  public ServiceSnapshot withSecrets(Map<String, Sealed> others) {
    return new ServiceSnapshot(
        service,
        version,
        revision,
        epoch,
        updatedAt,
        updatedBy,
        effective,
        setKeys,
        schema,
        environmentKeys,
        others);
  }

  /** Where a key's effective value comes from. */
  public Source source(String key) {
    if (environmentKeys.contains(key)) {
      return Source.ENV;
    }
    return setKeys.contains(key) || secrets.containsKey(key) ? Source.DATABASE : Source.DEFAULT;
  }

  /** Whether a secret has a value, wherever from. */
  public boolean secretIsSet(String key) {
    return secrets.containsKey(key) || environmentKeys.contains(key);
  }
}
