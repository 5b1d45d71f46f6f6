package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;

/**
 * Asks for one secret in clear. It is in the access log, durably, before it is answered.
 *
 * @param service a checked name
 * @param key the key, unchecked
 * @param reason why; not blank
 * @param caller who
 */
public record RevealSecret(String service, String key, String reason, Caller caller)
    implements SettingsMessage {
  public RevealSecret {
    requireNonNull(service, "service");
    requireNonNull(key, "key");
    requireNonNull(reason, "reason");
    requireNonNull(caller, "caller");
  }
}
