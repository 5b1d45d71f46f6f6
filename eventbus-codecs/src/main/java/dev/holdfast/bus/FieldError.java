package dev.holdfast.bus;

import static java.util.Objects.requireNonNull;

/**
 * One thing that is wrong with one field.
 *
 * @param field the key, or the parameter's name
 * @param message for a person, in the form {@code vad_threshold: 1.4 (expected: 0.0 to 1.0)}; never
 *     holds a secret value
 * @param type a stable word for programs: {@code type}, {@code minimum}, {@code maximum}, {@code
 *     enum}, {@code pattern}, {@code unknown_key}, {@code null}, {@code secret} …
 */
public record FieldError(String field, String message, String type) {
  public FieldError {
    requireNonNull(field, "field");
    requireNonNull(message, "message");
    requireNonNull(type, "type");
  }
}
