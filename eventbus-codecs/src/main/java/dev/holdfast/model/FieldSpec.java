package dev.holdfast.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a schema says of one setting.
 *
 * @param key the flat key
 * @param type its type
 * @param nullable whether null is a legal value
 * @param complexity for whom it is
 * @param description one line
 * @param helpText more, or null
 * @param examples of legal values, as text
 * @param defaultValue String, Long, Double, Boolean or null; always null for a secret
 * @param validation its bounds
 * @param restartRequired whether a running service takes a new value only at its next start
 * @param envVar the variable of the environment that may hold it, or null
 */
public record FieldSpec(
    String key,
    FieldType type,
    boolean nullable,
    Complexity complexity,
    String description,
    @Nullable String helpText,
    List<String> examples,
    @Nullable Object defaultValue,
    Validation validation,
    boolean restartRequired,
    @Nullable String envVar) {
  public FieldSpec {
    requireNonNull(key, "key");
    requireNonNull(type, "type");
    requireNonNull(complexity, "complexity");
    requireNonNull(description, "description");
    requireNonNull(validation, "validation");
    examples = List.copyOf(examples);
  }

  /** Whether the value is shown to nobody without cause. */
  public boolean secret() {
    return type == FieldType.SECRET;
  }
}
