package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.SecretValue;
import dev.holdfast.model.ServiceSnapshot;
import java.util.Map;

/**
 * The secrets of a service in clear.
 *
 * @param snapshot the service at the moment they were read
 * @param values those that are set and open, by key
 * @param faults why the others that are set do not open, by key
 */
public record SecretsRead(
    ServiceSnapshot snapshot, Map<String, SecretValue> values, Map<String, String> faults)
    implements SettingsMessage {
  public SecretsRead {
    requireNonNull(snapshot, "snapshot");
    values = Map.copyOf(values);
    faults = Map.copyOf(faults);
  }
}
