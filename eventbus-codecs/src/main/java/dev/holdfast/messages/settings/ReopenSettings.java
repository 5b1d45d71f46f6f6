package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

/**
 * The database works again: take it over where that was not done, or where it is further than what
 * is served.
 *
 * @param epoch its epoch
 * @param revision its revision
 */
public record ReopenSettings(String epoch, long revision) implements SettingsMessage {
  public ReopenSettings {
    requireNonNull(epoch, "epoch");
  }
}
