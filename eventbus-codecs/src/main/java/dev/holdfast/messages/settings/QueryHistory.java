package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Asks for history entries, newest first.
 *
 * @param service only of this service, or null
 * @param key only of this key, or null
 * @param from not before this moment, or null
 * @param to not after this moment, or null
 * @param before only ids below this one, or null
 * @param limit 1 to 1000
 * @param caller who; sees only its scope
 */
public record QueryHistory(
    @Nullable String service,
    @Nullable String key,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Long before,
    int limit,
    Caller caller)
    implements SettingsMessage {
  public QueryHistory {
    requireNonNull(caller, "caller");
  }
}
