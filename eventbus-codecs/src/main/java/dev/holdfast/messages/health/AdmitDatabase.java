package dev.holdfast.messages.health;

import static java.util.Objects.requireNonNull;

/**
 * Asks whether this database is the one that was served before.
 *
 * @param epoch its epoch
 * @param revision its revision
 */
public record AdmitDatabase(String epoch, long revision) implements HealthMessage {
  public AdmitDatabase {
    requireNonNull(epoch, "epoch");
  }
}
