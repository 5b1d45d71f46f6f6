package dev.holdfast.messages.fleet;

import java.util.List;

/**
 * The instances that reported.
 *
 * @param entries in order of service and instance
 */
public record Fleet(List<FleetEntry> entries) implements FleetMessage {
  public Fleet {
    entries = List.copyOf(entries);
  }
}
