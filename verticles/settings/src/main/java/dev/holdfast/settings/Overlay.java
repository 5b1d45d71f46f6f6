package dev.holdfast.settings;

import dev.holdfast.bus.FieldError;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the settings of a service would be after a PUT or PATCH, held against its schema.
 *
 * <p>Of a secret the mask stands for what there is, null removes it, and anything else sets it.
 * What the environment holds may be written with its present value only.
 */
final class Overlay {
  /**
   * The largest settings of a service, as canonical JSON in UTF-8: with what is written around them
   * they stay within what every reader takes, {@link StrictJson#MAX_BYTES}.
   */
  static final int MAX_BYTES = 1_000_000;

  private final CompiledSchema schema;
  private final Environment environment;
  private final Environment.Held held;
  private final Set<String> secretsSet;
  private final Map<String, SecretValue> secrets = new HashMap<>();
  private final Set<String> removed = new TreeSet<>();
  private final List<FieldError> errors = new ArrayList<>();

  /**
   * For one change.
   *
   * @param secretsSet the secrets that are stored now
   */
  Overlay(CompiledSchema schema, Environment environment, Set<String> secretsSet) {
    this.schema = schema;
    this.environment = environment;
    this.held = environment.of(schema);
    this.secretsSet = secretsSet;
  }

  /**
   * The whole anew: defaults, overlaid by {@code config}; what the environment holds stays in store
   * as it was.
   *
   * @throws dev.holdfast.bus.BusFailure {@code INVALID} with everything that is wrong
   */
  Draft replace(Values stored, Map<String, @Nullable Object> config) {
    Map<String, @Nullable Object> candidate = schema.defaults();
    for (String key : held.values().keySet()) {
      if (stored.has(key)) {
        candidate.put(key, stored.get(key));
      }
    }
    config.forEach(
        (key, value) -> {
          if (isOrdinary(key, value)) {
            candidate.put(key, value);
          }
        });
    return checked(candidate);
  }

  /**
   * What is stored, overlaid by {@code patch}; null returns a key to its default, and removes it
   * where it has none.
   *
   * @throws dev.holdfast.bus.BusFailure {@code INVALID} with everything that is wrong
   */
  Draft merge(Values stored, Map<String, @Nullable Object> patch) {
    Map<String, @Nullable Object> defaults = schema.defaults();
    Map<String, @Nullable Object> candidate = new TreeMap<>(stored.map());
    patch.forEach(
        (key, value) -> {
          if (!isOrdinary(key, value)) {
            return;
          }
          if (value != null || !(schema.untyped() || schema.field(key) != null)) {
            candidate.put(key, value);
          } else if (schema.hasDefault(key)) {
            candidate.put(key, defaults.get(key));
          } else {
            candidate.remove(key);
          }
        });
    return checked(candidate);
  }

  /** Takes secrets and what the environment holds; true for what is neither. */
  private boolean isOrdinary(String key, @Nullable Object value) {
    boolean secret = schema.secret(key);
    String variable = held.variable(key);
    if (variable != null) {
      if (secret ? !isPresent(key, value) : !isPresentValue(key, value)) {
        errors.add(heldBy(key, variable));
      }
      return false;
    }
    if (!secret) {
      return true;
    }
    if (value == null) {
      removed.add(key);
    } else if (!SecretValue.MASK.equals(value)) {
      errors.addAll(schema.validateKey(key, value));
      secrets.put(key, SecretValue.of(String.valueOf(value)));
    } else if (!secretsSet.contains(key)) {
      errors.add(
          new FieldError(
              key, key + ": the mask, but it is not set (expected: a value, or null)", "mask"));
    }
    return false;
  }

  private boolean isPresent(String key, @Nullable Object value) {
    return SecretValue.MASK.equals(value)
        || (value instanceof String text && SecretValue.of(text).equals(held.secrets().get(key)));
  }

  private boolean isPresentValue(String key, @Nullable Object value) {
    return Objects.equals(Scalars.normal(value), held.values().get(key));
  }

  /** The error of a write against the environment. */
  private static FieldError heldBy(String key, String variable) {
    return new FieldError(
        key,
        key
            + ": held by the environment variable "
            + variable
            + " of the manager (expected: left out, or its present value)",
        "environment");
  }

  private Draft checked(Map<String, @Nullable Object> candidate) {
    errors.addAll(schema.validate(environment.over(schema, candidate)));
    if (!errors.isEmpty()) {
      throw Checks.invalid(schema.service(), errors);
    }
    Values stored = Values.of(Scalars.normal(candidate));
    int bytes =
        environment.over(schema, stored).canonical().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw Checks.invalid(
          schema.service(),
          List.of(
              new FieldError(
                  "config",
                  "config: " + bytes + " bytes (expected: at most " + MAX_BYTES + ")",
                  "too_large")));
    }
    return new Draft(stored, secrets, removed);
  }
}
