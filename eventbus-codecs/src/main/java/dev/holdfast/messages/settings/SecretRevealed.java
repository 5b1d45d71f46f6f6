package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.SecretValue;

/**
 * One secret in clear.
 *
 * @param value the secret
 */
public record SecretRevealed(SecretValue value) implements SettingsMessage {
  public SecretRevealed {
    requireNonNull(value, "value");
  }
}
