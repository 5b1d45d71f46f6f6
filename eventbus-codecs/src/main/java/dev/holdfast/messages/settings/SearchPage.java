package dev.holdfast.messages.settings;

import java.util.List;

/**
 * What was found, best first.
 *
 * @param hits at most as many as asked for
 * @param totalCount how many there are in all
 */
public record SearchPage(List<SearchHit> hits, long totalCount) implements SettingsMessage {
  public SearchPage {
    hits = List.copyOf(hits);
  }
}
