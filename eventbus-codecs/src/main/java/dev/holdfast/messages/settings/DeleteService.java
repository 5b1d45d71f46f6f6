package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Deletes a service; its history stays, its version goes on when it is made again.
 *
 * @param service a checked name
 * @param expectedVersion the version the caller read
 * @param reason why, or null
 * @param caller who
 */
public record DeleteService(
    String service, long expectedVersion, @Nullable String reason, Caller caller)
    implements SettingsMessage {
  public DeleteService {
    requireNonNull(service, "service");
    requireNonNull(caller, "caller");
  }
}
