package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

/**
 * A step of a rebuild begins.
 *
 * @param step its number, from 1
 * @param steps how many there are
 * @param text what it does
 */
public record RebuildProgress(int step, int steps, String text) implements SettingsMessage {
  public RebuildProgress {
    requireNonNull(text, "text");
  }
}
