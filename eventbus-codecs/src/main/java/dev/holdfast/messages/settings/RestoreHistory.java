package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;
import java.util.List;

/**
 * Undoes history entries of one service: each key goes back to the entry's old value; where several
 * entries concern one key, the oldest wins. Secrets are never touched.
 *
 * @param service a checked name
 * @param entries ids of history entries, at least one
 * @param caller who
 */
public record RestoreHistory(String service, List<Long> entries, Caller caller)
    implements SettingsMessage {
  public RestoreHistory {
    requireNonNull(service, "service");
    requireNonNull(caller, "caller");
    entries = List.copyOf(entries);
  }
}
