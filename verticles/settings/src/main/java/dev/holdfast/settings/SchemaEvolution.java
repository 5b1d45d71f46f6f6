package dev.holdfast.settings;

import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.model.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of stored settings under another schema: what nobody set takes the new default, new
 * fields take theirs, what somebody set stays. A value that no longer fits breaks it, and so does a
 * set key that the new schema does not have: nothing that somebody set is lost without a word.
 */
final class SchemaEvolution {
  /**
   * The outcome.
   *
   * @param values the settings under the new schema; meaningless where something breaks
   * @param differences what becomes different, without secrets
   * @param breaks what no longer fits; empty where all is well
   */
  record Outcome(Values values, List<Difference> differences, List<FieldError> breaks) {
    Outcome {
      differences = List.copyOf(differences);
      breaks = List.copyOf(breaks);
    }
  }

  private SchemaEvolution() {}

  /** Takes stored settings over to a schema. */
  static Outcome evolve(Values stored, Set<String> setKeys, CompiledSchema schema) {
    Map<String, @Nullable Object> config = schema.defaults();
    List<FieldError> breaks = new ArrayList<>();
    Scalars.normal(stored.map())
        .forEach(
            (key, value) -> {
              if (schema.secret(key)) {
                if (setKeys.contains(key) && value != null) {
                  breaks.add(
                      new FieldError(
                          key,
                          key + ": is set (expected: not set; secrets cannot be stored yet)",
                          "secret"));
                }
              } else if (schema.untyped() || setKeys.contains(key)) {
                config.put(key, value);
              }
            });
    breaks.addAll(schema.validate(config));
    return new Outcome(Values.of(config), differences(stored, config, schema), breaks);
  }

  /** What is different between two states, in order of the keys; secrets are left out. */
  static List<Difference> differences(
      Values before, Map<String, @Nullable Object> after, CompiledSchema schema) {
    Map<String, @Nullable Object> old = new TreeMap<>(Scalars.normal(before.map()));
    Set<String> keys = new TreeSet<>(old.keySet());
    keys.addAll(after.keySet());
    List<Difference> differences = new ArrayList<>();
    for (String key : keys) {
      if (!schema.secret(key) && !Objects.equals(old.get(key), after.get(key))) {
        differences.add(new Difference(key, old.get(key), after.get(key)));
      }
    }
    return differences;
  }
}
