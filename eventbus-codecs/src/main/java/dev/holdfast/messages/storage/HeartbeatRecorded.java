package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The heartbeat is on disk.
 *
 * @param at the time that stands in it
 */
public record HeartbeatRecorded(Instant at) implements StorageMessage {
  public HeartbeatRecorded {
    requireNonNull(at, "at");
  }
}
