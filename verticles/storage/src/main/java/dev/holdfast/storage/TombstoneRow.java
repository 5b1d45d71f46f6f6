package dev.holdfast.storage;

import dev.holdfast.model.Times;
import dev.holdfast.model.Tombstone;
import org.jspecify.annotations.Nullable;

/** A row of {@code tombstones}, in the order of the columns in {@link Sql}. */
record TombstoneRow(
    String service, long version, long revision, String epoch, String deletedAt, String deletedBy) {

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
