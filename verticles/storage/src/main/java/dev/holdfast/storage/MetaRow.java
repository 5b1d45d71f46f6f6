package dev.holdfast.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The one row of {@code meta}.
 *
 * @param epoch UUID v4 of this database's life
 * @param revision the newest revision; 0 in a new database
 * @param createdAt when the database was made
 */
record MetaRow(String epoch, long revision, String createdAt) {
  /** The row as it stands, its checksum still to be verified: column 4. */
  static MetaRow read(ResultSet row) throws SQLException {
    return new MetaRow(row.getString(1), row.getLong(2), row.getString(3));
  }

  /** The row, or {@code STORAGE_CORRUPT}. */
  static MetaRow readVerified(ResultSet row) throws SQLException {
    return read(row).verified(row.getString(4));
  }

  String checksum() {
    return Checksum.of("holdfast.meta.1", epoch, revision, createdAt);
  }

  /** This row, or {@code STORAGE_CORRUPT}. */
  MetaRow verified(String checksum) {
    Checksum.verify("epoch and revision", checksum, checksum());
    return this;
  }

  MetaRow at(long newRevision) {
    return new MetaRow(epoch, newRevision, createdAt);
  }

  @Nullable Object[] columns() {
    return new @Nullable Object[] {epoch, revision, createdAt, checksum()};
  }
}
