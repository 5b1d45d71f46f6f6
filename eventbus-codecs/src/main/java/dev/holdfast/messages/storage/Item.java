package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.FieldSpec;

/**
 * One row of {@code config_items}.
 *
 * @param field what the schema says of the key
 * @param valueJson the stored value as canonical JSON; {@code null} (the JSON word) for a secret
 */
public record Item(FieldSpec field, String valueJson) {
  public Item {
    requireNonNull(field, "field");
    requireNonNull(valueJson, "valueJson");
  }
}
