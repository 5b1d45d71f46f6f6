package dev.holdfast.storage;

import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
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

  /** The row as it stands, its checksum still to be verified: column 9. */
  static ServiceRow read(ResultSet row) throws SQLException {
    return new ServiceRow(
        row.getString(1),
        row.getLong(2),
        row.getLong(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getString(8));
  }

  /** The row, or {@code STORAGE_CORRUPT}. */
  static ServiceRow readVerified(ResultSet row) throws SQLException {
    return read(row).verified(row.getString(9));
  }

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
