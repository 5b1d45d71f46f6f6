package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A change was accepted and is durable, or was a dry run, or changed nothing.
 *
 * @param version the service's version now
 * @param epoch the database's epoch
 * @param revision the database's revision now
 * @param message for a person
 * @param differences what changed, or would change
 * @param event what was announced: to be applied by the caller before it answers, so that whoever
 *     writes can read it back; its revision is 0 and its lists are empty where nothing changed
 */
public record ChangeResult(
    long version,
    String epoch,
    long revision,
    String message,
    List<Difference> differences,
    ConfigChanged event)
    implements SettingsMessage {
  public ChangeResult {
    requireNonNull(epoch, "epoch");
    requireNonNull(message, "message");
    requireNonNull(event, "event");
    differences = List.copyOf(differences);
  }
}
