package dev.holdfast.settings;

import dev.holdfast.model.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of JSON Schema 2020-12 that describes settings, and Holdfast's own keywords. Whatever is
 * not named here is refused, so that nothing is silently ignored.
 */
final class Keywords {
  /** In a property, whatever its type. */
  static final Set<String> ANY_PROPERTY =
      Set.of(
          "type",
          "enum",
          "const",
          "default",
          "description",
          "title",
          "examples",
          "deprecated",
          "$comment",
          "x-complexity",
          "x-secret",
          "x-help",
          "x-env",
          "x-restart");

  /** In a property of type integer or number. */
  static final Set<String> NUMERIC =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

  /** In a property of type string. */
  static final Set<String> TEXTUAL =
      Set.of("minLength", "maxLength", "pattern", "format", "x-pattern-description");

  /** What the validator is given of a property; the rest is for people. */
  static final Set<String> ENFORCED =
      union(
          NUMERIC, Set.of("type", "enum", "const", "minLength", "maxLength", "pattern", "format"));

  /** Keywords whose value is one subschema, over the same object. */
  static final Set<String> ONE = Set.of("if", "then", "else", "not");

  /** Keywords whose value is a list of subschemas, over the same object. */
  static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf");

  /** Keywords whose value is an object of subschemas, over the same object. */
  static final Set<String> MAPS = Set.of("dependentSchemas", "$defs");

  /** In every schema that describes the settings as a whole. */
  static final Set<String> OBJECT =
      union(
          union(ONE, LISTS),
          Set.of(
              "dependentSchemas",
              "$comment",
              "title",
              "description",
              "type",
              "properties",
              "required",
              "minProperties",
              "maxProperties",
              "propertyNames",
              "dependentRequired"));

  /** At the top of a document. */
  static final Set<String> TOP =
      union(
          OBJECT,
          Set.of("$schema", "$id", "$defs", "additionalProperties", "examples", "deprecated"));

  /** In a subschema, which may concern the settings as a whole or the value of one. */
  static final Set<String> SUBSCHEMA = union(union(OBJECT, ENFORCED), Set.of("$ref"));

  /** The values of {@code format}. All but {@code path} are enforced by the validator. */
  static final Set<String> FORMATS =
      Set.of(
          "path",
          "date-time",
          "date",
          "time",
          "duration",
          "email",
          "hostname",
          "ipv4",
          "ipv6",
          "uri",
          "uri-reference",
          "uuid",
          "regex",
          "json-pointer");

  private Keywords() {}

  /** The reason to refuse a word, with the legal one that is nearest. */
  static String unknown(String what, String word, Collection<String> legal) {
    String near = Nearest.to(word, legal);
    return "unknown "
        + what
        + " "
        + Scalars.show(word)
        + (near == null
            ? " (expected: one of " + String.join(", ", new TreeSet<>(legal)) + ")"
            : " (did you mean \"" + near + "\"?)");
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> all = new TreeSet<>(a);
    all.addAll(List.copyOf(b));
    return Set.copyOf(all);
  }
}
