package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change, atomic over all its writes: all of it becomes durable under one new revision, or
 * nothing of it.
 *
 * @param writes what happens to which service, each service at most once
 * @param schemas schemas to keep with it
 * @param modelHash the hash of the model of all schemas, where it may have changed; else null
 * @param author who
 * @param reason why, or null
 * @param at when
 * @param access entries of the access log to write with it
 */
public record CommitChange(
    List<ServiceWrite> writes,
    List<SchemaWrite> schemas,
    @Nullable String modelHash,
    String author,
    @Nullable String reason,
    Instant at,
    List<AccessEntry> access)
    implements StorageMessage {
  public CommitChange {
    writes = List.copyOf(writes);
    schemas = List.copyOf(schemas);
    requireNonNull(author, "author");
    requireNonNull(at, "at");
    access = List.copyOf(access);
  }

  /** Without entries of the access log. */
  public CommitChange(
      List<ServiceWrite> writes,
      List<SchemaWrite> schemas,
      @Nullable String modelHash,
      String author,
      @Nullable String reason,
      Instant at) {
    this(writes, schemas, modelHash, author, reason, at, List.of());
  }
}
