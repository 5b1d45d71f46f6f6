package dev.holdfast.storage;

import dev.holdfast.model.Times;
import dev.holdfast.model.Tombstone;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A row of {@code tombstones}, in the order of the columns in {@link Sql}. */
record TombstoneRow(
    String service, long version, long revision, String epoch, String deletedAt, String deletedBy) {

  /** The row as it stands, its checksum still to be verified: column 7. */
  static TombstoneRow read(ResultSet row) throws SQLException {
    return new TombstoneRow(
        row.getString(1),
        row.getLong(2),
        row.getLong(3),
        row.getString(4),
        row.getString(5),
        row.getString(6));
  }

  /** The row, or {@code STORAGE_CORRUPT}. */
  static TombstoneRow readVerified(ResultSet row) throws SQLException {
    return read(row).verified(row.getString(7));
  }

  String checksum() {
    return Checksum.of(
        "holdfast.tombstones.1", service, version, revision, epoch, deletedAt, deletedBy);
  }

  /** This row, or {@code STORAGE_CORRUPT} with the service's name. */
  TombstoneRow verified(String checksum) {
    Checksum.verify("deleted service " + service, checksum, checksum());
    return this;
  }

  @Nullable Object[] columns() {
    return new @Nullable Object[] {
      service, version, revision, epoch, deletedAt, deletedBy, checksum()
    };
  }

  Tombstone toTombstone() {
    return new Tombstone(service, version, revision, epoch, Times.parse(deletedAt));
  }
}
