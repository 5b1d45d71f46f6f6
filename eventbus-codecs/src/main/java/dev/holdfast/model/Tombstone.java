package dev.holdfast.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What is left of a deleted service, so that its version goes on when it is made again and its
 * retained message can be cleared.
 *
 * @param service its name
 * @param version the version of the deletion itself, one above the last state
 * @param revision the database's revision of the deletion
 * @param epoch the database's epoch
 * @param deletedAt when
 */
public record Tombstone(
    String service, long version, long revision, String epoch, Instant deletedAt) {
  public Tombstone {
    requireNonNull(service, "service");
    requireNonNull(epoch, "epoch");
    requireNonNull(deletedAt, "deletedAt");
  }
}
