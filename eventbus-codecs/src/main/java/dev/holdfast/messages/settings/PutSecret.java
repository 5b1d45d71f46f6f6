package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;
import dev.holdfast.model.SecretValue;
import org.jspecify.annotations.Nullable;

/**
 * Sets a secret, whatever the service's version.
 *
 * @param service a checked name
 * @param key the key, unchecked
 * @param value the secret
 * @param reason why, or null
 * @param caller who
 */
public record PutSecret(
    String service, String key, SecretValue value, @Nullable String reason, Caller caller)
    implements SettingsMessage {
  public PutSecret {
    requireNonNull(service, "service");
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    requireNonNull(caller, "caller");
  }
}
