package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Registers or replaces the schema of a service, and makes the service with its defaults where it
 * does not exist.
 *
 * @param service a checked name
 * @param document the JSON Schema as read, unchecked
 * @param caller who
 */
public record PutSchema(String service, Map<String, @Nullable Object> document, Caller caller)
    implements SettingsMessage {
  public PutSchema {
    requireNonNull(service, "service");
    requireNonNull(caller, "caller");
    document = Collections.unmodifiableMap(new LinkedHashMap<>(document));
  }
}
