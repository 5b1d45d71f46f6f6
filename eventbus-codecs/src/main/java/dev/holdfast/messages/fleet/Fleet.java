package dev.holdfast.messages.fleet;

import java.util.List;

/**
 * The instances that reported, and the services that say how they are.
 *
 * @param entries in order of service and instance
 * @param services in order of their names
 */
public record Fleet(List<FleetEntry> entries, List<ServiceHealth> services)
    implements FleetMessage {
  public Fleet {
    entries = List.copyOf(entries);
    services = List.copyOf(services);
  }
}
