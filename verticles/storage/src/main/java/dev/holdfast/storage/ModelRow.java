package dev.holdfast.storage;

import org.jspecify.annotations.Nullable;

/** The one row of {@code schema_version}: the model of all schemas. */
record ModelRow(long version, String hash, String updatedAt) {
  /** What a new database has. */
  static final ModelRow NONE = new ModelRow(0, "", "");

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
