package dev.holdfast.messages.settings;

import java.util.List;

/**
 * History entries, newest first.
 *
 * @param entries at most as many as asked for
 */
public record HistoryPage(List<HistoryEntry> entries) implements SettingsMessage {
  public HistoryPage {
    entries = List.copyOf(entries);
  }
}
