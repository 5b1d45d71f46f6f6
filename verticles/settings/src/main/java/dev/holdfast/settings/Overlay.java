package dev.holdfast.settings;

import dev.holdfast.bus.FieldError;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the settings of a service would be after a PUT or PATCH, held against its schema. */
final class Overlay {
  /**
   * The largest settings of a service, as canonical JSON in UTF-8: with what is written around them
   * they stay within what every reader takes, {@link StrictJson#MAX_BYTES}.
   */
  static final int MAX_BYTES = 1_000_000;

  private Overlay() {}

  /**
   * The whole anew: defaults, overlaid by {@code config}.
   *
   * @throws dev.holdfast.bus.BusFailure {@code INVALID} with everything that is wrong
   */
  static Values replace(CompiledSchema schema, Map<String, @Nullable Object> config) {
    Map<String, @Nullable Object> candidate = schema.defaults();
    List<FieldError> errors = new ArrayList<>();
    config.forEach(
        (key, value) -> {
          if (schema.secret(key)) {
            refuseSecret(key, value, errors);
          } else {
            candidate.put(key, value);
          }
        });
    return checked(schema, candidate, errors);
  }

  /**
   * What there is, overlaid by {@code patch}; null returns a key to its default, and removes it
   * where it has none.
   *
   * @throws dev.holdfast.bus.BusFailure {@code INVALID} with everything that is wrong
   */
  static Values merge(CompiledSchema schema, Values current, Map<String, @Nullable Object> patch) {
    Map<String, @Nullable Object> defaults = schema.defaults();
    Map<String, @Nullable Object> candidate = new TreeMap<>(current.map());
    List<FieldError> errors = new ArrayList<>();
    patch.forEach(
        (key, value) -> {
          if (schema.secret(key)) {
            refuseSecret(key, value, errors);
          } else if (value != null || !(schema.untyped() || schema.field(key) != null)) {
            candidate.put(key, value);
          } else if (schema.hasDefault(key)) {
            candidate.put(key, defaults.get(key));
          } else {
            candidate.remove(key);
          }
        });
    return checked(schema, candidate, errors);
  }

  private static void refuseSecret(String key, @Nullable Object value, List<FieldError> errors) {
    if (value != null) {
      errors.add(
          new FieldError(
              key,
              key + ": secrets cannot be stored yet (expected: null, or the key left out)",
              "secret"));
    }
  }

  private static Values checked(
      CompiledSchema schema, Map<String, @Nullable Object> candidate, List<FieldError> errors) {
    errors.addAll(schema.validate(candidate));
    if (!errors.isEmpty()) {
      throw Checks.invalid(schema.service(), errors);
    }
    Values values = Values.of(Scalars.normal(candidate));
    int bytes = values.canonical().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw Checks.invalid(
          schema.service(),
          List.of(
              new FieldError(
                  "config",
                  "config: " + bytes + " bytes (expected: at most " + MAX_BYTES + ")",
                  "too_large")));
    }
    return values;
  }
}
