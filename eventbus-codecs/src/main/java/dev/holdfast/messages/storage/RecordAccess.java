package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

/**
 * Writes an entry into the access log; answered when it is durable.
 *
 * @param entry what to write
 */
public record RecordAccess(AccessEntry entry) implements StorageMessage {
  public RecordAccess {
    requireNonNull(entry, "entry");
  }
}
