package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * One setting that was found.
 *
 * @param service its service
 * @param key its key
 * @param value its effective value; always null for a secret
 * @param type its type
 * @param complexity for whom it is
 * @param description one line
 * @param score 1.0 for the exact key, then prefix, substring, service name, description; above 0
 */
public record SearchHit(
    String service,
    String key,
    @Nullable Object value,
    FieldType type,
    Complexity complexity,
    String description,
    double score) {
  public SearchHit {
    requireNonNull(service, "service");
    requireNonNull(key, "key");
    requireNonNull(type, "type");
    requireNonNull(complexity, "complexity");
    requireNonNull(description, "description");
  }
}
