package dev.holdfast.messages.storage;

import dev.holdfast.messages.settings.HistoryEntry;
import java.util.List;

/**
 * History entries, newest first, each with its checksum verified.
 *
 * @param entries at most as many as asked for
 */
public record HistoryFound(List<HistoryEntry> entries) implements StorageMessage {
  public HistoryFound {
    entries = List.copyOf(entries);
  }
}
