package dev.holdfast.storage;

import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.model.SchemaOrigin;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A row of {@code registered_schemas}, in the order of the columns in {@link Sql}. */
record SchemaRow(
    String service, String origin, String document, String updatedAt, String updatedBy) {

  /** The row as it stands, its checksum still to be verified: column 6. */
  static SchemaRow read(ResultSet row) throws SQLException {
    return new SchemaRow(
        row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5));
  }

  /** The row, or {@code STORAGE_CORRUPT}. */
  static SchemaRow readVerified(ResultSet row) throws SQLException {
    return read(row).verified(row.getString(6));
  }

  String checksum() {
    return Checksum.of(
        "holdfast.registered_schemas.1", service, origin, document, updatedAt, updatedBy);
  }

  /** This row, or {@code STORAGE_CORRUPT} with the service's name. */
  SchemaRow verified(String checksum) {
    Checksum.verify("schema of " + service, checksum, checksum());
    return this;
  }

  @Nullable Object[] columns() {
    return new @Nullable Object[] {service, origin, document, updatedAt, updatedBy, checksum()};
  }

  SchemaWrite toWrite() {
    return new SchemaWrite(
        service, SchemaOrigin.valueOf(origin.toUpperCase(Locale.ROOT)), document);
  }
}
