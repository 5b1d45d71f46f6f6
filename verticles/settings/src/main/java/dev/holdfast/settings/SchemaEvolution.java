package dev.holdfast.settings;

import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.model.SecretValue;
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
 *
 * <p>A setting that becomes a secret is sealed, and its values vanish from the history. A secret
 * that becomes an ordinary setting loses its value.
 */
final class SchemaEvolution {
  /**
   * The outcome.
   *
   * @param values the settings under the new schema; meaningless where something breaks
   * @param secrets the values that become secrets
   * @param redacted the keys whose values must vanish from the history
   * @param differences what becomes different; of secrets the mask
   * @param breaks what no longer fits; empty where all is well
   */
  record Outcome(
      Values values,
      Map<String, SecretValue> secrets,
      Set<String> redacted,
      List<Difference> differences,
      List<FieldError> breaks) {
    Outcome {
      secrets = Map.copyOf(secrets);
      redacted = Set.copyOf(redacted);
      differences = List.copyOf(differences);
      breaks = List.copyOf(breaks);
    }
  }

  private SchemaEvolution() {}

  /**
   * Takes stored settings over to a schema.
   *
   * @param setKeys the keys that somebody set
   * @param secretsBefore the secrets that are stored
   * @param wasSecret the keys that were secrets before
   */
  static Outcome evolve(
      Values stored,
      Set<String> setKeys,
      Set<String> secretsBefore,
      Set<String> wasSecret,
      CompiledSchema schema,
      Environment environment) {
    Map<String, @Nullable Object> config = schema.defaults();
    Map<String, SecretValue> secrets = new TreeMap<>();
    List<FieldError> breaks = new ArrayList<>();
    Scalars.normal(stored.map())
        .forEach(
            (key, value) -> {
              if (schema.secret(key)) {
                if (setKeys.contains(key) && value != null) {
                  breaks.addAll(schema.validateKey(key, value));
                  secrets.put(key, SecretValue.of(String.valueOf(value)));
                }
              } else if (schema.untyped() || setKeys.contains(key)) {
                config.put(key, value);
              }
            });
    breaks.addAll(schema.validate(environment.over(schema, config)));
    Set<String> redacted = schema.secretKeys();
    redacted.removeAll(wasSecret);
    List<Difference> differences = new ArrayList<>(differences(stored, config, schema));
    secrets.keySet().forEach(key -> differences.add(new Difference(key, null, SecretValue.MASK)));
    for (String key : new TreeSet<>(secretsBefore)) {
      if (!schema.secret(key)) {
        differences.removeIf(difference -> difference.key().equals(key));
        differences.add(new Difference(key, SecretValue.MASK, config.get(key)));
        if (schema.field(key) == null) {
          breaks.add(
              new FieldError(
                  key,
                  key + ": a secret that is set (expected: in the schema, or removed first)",
                  "unknown_key"));
        }
      }
    }
    return new Outcome(Values.of(config), secrets, redacted, differences, breaks);
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
