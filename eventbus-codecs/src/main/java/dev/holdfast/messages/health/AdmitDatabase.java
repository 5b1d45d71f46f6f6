package dev.holdfast.messages.health;

import static java.util.Objects.requireNonNull;

/**
 * Asks whether this database is the one that was served before.
 *
 * @param epoch its epoch
 * @param revision its revision
 * @param cache whether it is the last-known-good file that is asked about
 */
public record AdmitDatabase(String epoch, long revision, boolean cache) implements HealthMessage {
  public AdmitDatabase {
    requireNonNull(epoch, "epoch");
  }
}
