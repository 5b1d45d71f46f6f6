package dev.holdfast.messages.health;

import static java.util.Objects.requireNonNull;

/**
 * Asks for a rebuild of the database.
 *
 * @param requestedBy who wants it
 * @param force also where the database is well, or its fault would pass
 */
public record StartRebuild(String requestedBy, boolean force) implements HealthMessage {
  public StartRebuild {
    requireNonNull(requestedBy, "requestedBy");
  }
}
