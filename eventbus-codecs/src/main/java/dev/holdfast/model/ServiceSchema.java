package dev.holdfast.model;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The shape of a service.
 *
 * @param service its name
 * @param origin where the schema comes from
 * @param document the JSON Schema 2020-12 document in canonical form; of an untyped service the
 *     canonical text of {@code {}}
 * @param fields the settings in order of their keys; empty for an untyped service
 */
public record ServiceSchema(
    String service, SchemaOrigin origin, String document, List<FieldSpec> fields) {
  public ServiceSchema {
    requireNonNull(service, "service");
    requireNonNull(origin, "origin");
    requireNonNull(document, "document");
    fields = List.copyOf(fields);
  }

  /** Whether any flat key with a scalar value is taken. */
  public boolean untyped() {
    return origin == SchemaOrigin.UNTYPED;
  }
}
