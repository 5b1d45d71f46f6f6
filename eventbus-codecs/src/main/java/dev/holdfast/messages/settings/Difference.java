package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * One setting that a change alters.
 *
 * @param key the key
 * @param oldValue before; null where it was null or absent
 * @param newValue after; null where it is null or absent
 */
public record Difference(String key, @Nullable Object oldValue, @Nullable Object newValue) {
  public Difference {
    requireNonNull(key, "key");
  }
}
