package dev.holdfast.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The one row of {@code schema_version}: the model of all schemas. */
record ModelRow(long version, String hash, String updatedAt) {
  /** What a new database has. */
  static final ModelRow NONE = new ModelRow(0, "", "");

  /** The stored one; {@link #NONE} in a new database. */
  static ModelRow stored(WriterConnection connection) throws SQLException {
    return connection.query(Sql.SCHEMA_VERSION, ModelRow::readVerified).stream()
        .findFirst()
        .orElse(NONE);
  }

  /** The row as it stands, its checksum still to be verified: column 4. */
  static ModelRow read(ResultSet row) throws SQLException {
    return new ModelRow(row.getLong(1), row.getString(2), row.getString(3));
  }

  /** The row, or {@code STORAGE_CORRUPT}. */
  static ModelRow readVerified(ResultSet row) throws SQLException {
    return read(row).verified(row.getString(4));
  }

  String checksum() {
    return Checksum.of("holdfast.schema_version.1", version, hash, updatedAt);
  }

  /** This row, or {@code STORAGE_CORRUPT}. */
  ModelRow verified(String checksum) {
    Checksum.verify("schema version", checksum, checksum());
    return this;
  }

  @Nullable Object[] columns() {
    return new @Nullable Object[] {version, hash, updatedAt, checksum()};
  }
}
