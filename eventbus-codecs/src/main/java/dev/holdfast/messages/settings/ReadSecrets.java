package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;

/**
 * Asks for all secrets of a service in clear, on behalf of somebody who may read them. It is
 * entered in the access log, but not waited for: services must get their secrets also when nothing
 * can be written.
 *
 * @param service a checked name
 * @param caller who
 */
public record ReadSecrets(String service, Caller caller) implements SettingsMessage {
  public ReadSecrets {
    requireNonNull(service, "service");
    requireNonNull(caller, "caller");
  }
}
