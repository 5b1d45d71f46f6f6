package dev.holdfast.messages.fleet;

import static java.util.Objects.requireNonNull;

/**
 * What a service said of its health was taken back.
 *
 * @param service the service's name
 */
public record ServiceHealthCleared(String service) implements FleetMessage {
  public ServiceHealthCleared {
    requireNonNull(service, "service");
  }
}
