package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.ServiceSchema;
import java.util.List;

/**
 * Every schema.
 *
 * @param schemaVersion the version of the model of all schemas
 * @param modelHash SHA-256 in lower-case hex over the canonical JSON of all schemas in order of
 *     name
 * @param schemas in order of the services' names
 */
public record Schemas(long schemaVersion, String modelHash, List<ServiceSchema> schemas)
    implements SettingsMessage {
  public Schemas {
    requireNonNull(modelHash, "modelHash");
    schemas = List.copyOf(schemas);
  }
}
