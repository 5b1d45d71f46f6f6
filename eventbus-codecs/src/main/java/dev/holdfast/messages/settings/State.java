package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import java.util.List;

/**
 * Everything, as of one revision.
 *
 * @param revision the database's revision
 * @param epoch the database's epoch
 * @param schemaVersion the version of the model of all schemas
 * @param services every service, in order of name
 * @param tombstones every service that was deleted and not made again
 */
public record State(
    long revision,
    String epoch,
    long schemaVersion,
    List<ServiceSnapshot> services,
    List<Tombstone> tombstones)
    implements SettingsMessage {
  /**
   * The epoch where there is neither a database nor a last-known-good file: what is served then is
   * nobody's state, and is neither published nor kept.
   */
  public static final String NO_EPOCH = "00000000-0000-0000-0000-000000000000";

  public State {
    requireNonNull(epoch, "epoch");
    services = List.copyOf(services);
    tombstones = List.copyOf(tombstones);
  }
}
