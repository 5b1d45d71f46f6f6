package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

/**
 * The database is well.
 *
 * @param epoch its epoch
 * @param revision its newest revision
 */
public record StorageProbed(String epoch, long revision) implements StorageMessage {
  public StorageProbed {
    requireNonNull(epoch, "epoch");
  }
}
