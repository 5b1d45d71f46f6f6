package dev.holdfast.storage;

import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.Times;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code service_configs}, in the order of the columns in {@link Sql}, without the
 * fingerprint of the environment, which is not in its checksum.
 */
record ServiceRow(
    String service,
    long version,
    long revision,
    String epoch,
    String configJson,
    String setKeys,
    String updatedAt,
    String updatedBy) {

  String checksum() {
    return Checksum.of(
        "holdfast.service_configs.1",
        service,
        version,
        revision,
        epoch,
        configJson,
        setKeys,
        updatedAt,
        updatedBy);
  }

  /** This row, or {@code STORAGE_CORRUPT} with the service's name. */
  ServiceRow verified(String checksum) {
    Checksum.verify("service " + service, checksum, checksum());
    return this;
  }

  @Nullable Object[] columns(String environment) {
    return new @Nullable Object[] {
      service,
      version,
      revision,
      epoch,
      configJson,
      setKeys,
      updatedAt,
      updatedBy,
      checksum(),
      environment
    };
  }

  StoredService toStored(Map<String, Sealed> secrets, String environment) {
    return new StoredService(
        service,
        version,
        revision,
        StoredJson.values(configJson),
        StoredJson.names(setKeys),
        Times.parse(updatedAt),
        updatedBy,
        secrets,
        environment);
  }
}
