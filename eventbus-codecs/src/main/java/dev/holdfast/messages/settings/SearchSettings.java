package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * Looks for settings by key, description and service name, case-insensitively.
 *
 * @param query one character or more
 * @param service only in this service, or null
 * @param complexity only these, or null
 * @param type only these, or null
 * @param maxResults 1 to 200
 * @param caller who; sees only its scope
 */
public record SearchSettings(
    String query,
    @Nullable String service,
    @Nullable Complexity complexity,
    @Nullable FieldType type,
    int maxResults,
    Caller caller)
    implements SettingsMessage {
  public SearchSettings {
    requireNonNull(query, "query");
    requireNonNull(caller, "caller");
  }
}
