package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * There is a new, empty database.
 *
 * @param epoch its epoch
 * @param backup the name of the file that the old one is now, or null where there was none
 * @param accessRows how many rows of the access log were carried over
 */
public record DatabaseRebuilt(String epoch, @Nullable String backup, long accessRows)
    implements StorageMessage {
  public DatabaseRebuilt {
    requireNonNull(epoch, "epoch");
  }
}
