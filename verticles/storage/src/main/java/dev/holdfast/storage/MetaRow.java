package dev.holdfast.storage;

import org.jspecify.annotations.Nullable;

/**
 * The one row of {@code meta}.
 *
 * @param epoch UUID v4 of this database's life
 * @param revision the newest revision; 0 in a new database
 * @param createdAt when the database was made
 */
record MetaRow(String epoch, long revision, String createdAt) {
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
