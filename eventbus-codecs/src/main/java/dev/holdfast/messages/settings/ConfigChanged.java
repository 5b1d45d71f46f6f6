package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import java.util.List;

/**
 * One committed change. Events are hints: who sees a gap in {@code revision} reads the state again.
 *
 * @param revision the database's revision of this change, one above the last
 * @param epoch the database's epoch
 * @param schemaVersion the version of the model of all schemas
 * @param changed the new state of every service that changed
 * @param deleted the services that were deleted
 */
public record ConfigChanged(
    long revision,
    String epoch,
    long schemaVersion,
    List<ServiceSnapshot> changed,
    List<Tombstone> deleted)
    implements SettingsMessage {
  public ConfigChanged {
    requireNonNull(epoch, "epoch");
    changed = List.copyOf(changed);
    deleted = List.copyOf(deleted);
  }

  /** What a call that changed nothing carries. */
  public static ConfigChanged nothing(String epoch, long schemaVersion) {
    return new ConfigChanged(0, epoch, schemaVersion, List.of(), List.of());
  }
}
