package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Sealed;
import dev.holdfast.model.Values;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * One stored snapshot, its checksum verified.
 *
 * @param service its name
 * @param version its version
 * @param revision the revision at which it became so
 * @param stored defaults and what was set
 * @param setKeys the keys that somebody set, secrets among them
 * @param updatedAt when
 * @param updatedBy who
 * @param secrets its secrets, by key; not verified, since only their key can do that
 * @param environment the fingerprint kept with it; empty where there is none
 */
public record StoredService(
    String service,
    long version,
    long revision,
    Values stored,
    Set<String> setKeys,
    Instant updatedAt,
    String updatedBy,
    Map<String, Sealed> secrets,
    String environment) {
  public StoredService {
    requireNonNull(service, "service");
    requireNonNull(stored, "stored");
    requireNonNull(updatedAt, "updatedAt");
    requireNonNull(updatedBy, "updatedBy");
    setKeys = Set.copyOf(setKeys);
    secrets = Map.copyOf(secrets);
    requireNonNull(environment, "environment");
  }

  /** Without secrets, and without a fingerprint. */
  public StoredService(
      String service,
      long version,
      long revision,
      Values stored,
      Set<String> setKeys,
      Instant updatedAt,
      String updatedBy) {
    this(service, version, revision, stored, setKeys, updatedAt, updatedBy, Map.of(), "");
  }
}
