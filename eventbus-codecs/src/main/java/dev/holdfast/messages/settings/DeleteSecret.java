package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Removes a secret, whatever the service's version.
 *
 * @param service a checked name
 * @param key the key, unchecked
 * @param reason why, or null
 * @param caller who
 */
public record DeleteSecret(String service, String key, @Nullable String reason, Caller caller)
    implements SettingsMessage {
  public DeleteSecret {
    requireNonNull(service, "service");
    requireNonNull(key, "key");
    requireNonNull(caller, "caller");
  }
}
