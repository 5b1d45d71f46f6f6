package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.SchemaOrigin;

/**
 * A schema to keep.
 *
 * @param service its service
 * @param origin {@code REGISTERED} or {@code UNTYPED}
 * @param document canonical JSON
 */
public record SchemaWrite(String service, SchemaOrigin origin, String document) {
  public SchemaWrite {
    requireNonNull(service, "service");
    requireNonNull(origin, "origin");
    requireNonNull(document, "document");
  }
}
