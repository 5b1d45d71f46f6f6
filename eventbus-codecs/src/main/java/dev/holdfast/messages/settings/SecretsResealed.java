package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.ServiceSnapshot;
import java.util.List;

/**
 * Secrets bear other seals; nothing else is different: neither revision nor version grew.
 *
 * @param epoch the database's epoch
 * @param services every service concerned, as it is now
 */
public record SecretsResealed(String epoch, List<ServiceSnapshot> services)
    implements SettingsMessage {
  public SecretsResealed {
    requireNonNull(epoch, "epoch");
    services = List.copyOf(services);
  }
}
