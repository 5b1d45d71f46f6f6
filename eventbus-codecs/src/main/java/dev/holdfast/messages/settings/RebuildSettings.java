package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

/**
 * Makes a new database from what is last known to be good.
 *
 * @param reason why
 * @param requestedBy who wanted it
 */
public record RebuildSettings(String reason, String requestedBy) implements SettingsMessage {
  public RebuildSettings {
    requireNonNull(reason, "reason");
    requireNonNull(requestedBy, "requestedBy");
  }
}
