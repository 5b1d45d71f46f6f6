package dev.holdfast.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import dev.holdfast.bus.FieldError;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.Nearest;
import dev.holdfast.model.SecretValue;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts what the validator found into Holdfast's words. */
final class ErrorWords {
  private final Map<String, FieldSpec> fields;
  private final Map<String, String> formats;

  ErrorWords(Map<String, FieldSpec> fields, Map<String, String> formats) {
    this.fields = fields;
    this.formats = Map.copyOf(formats);
  }

  /** Whether a message comes from the property itself, not from a rule over several. */
  boolean own(ValidationMessage message) {
    JsonNodePath path = message.getEvaluationPath();
    return path.getNameCount() == 3
        && path.getName(0).equals("properties")
        && message.getInstanceLocation().getNameCount() == 1
        && fields.containsKey(path.getName(1));
  }

  /** Of the property itself. */
  FieldError ofField(ValidationMessage message) {
    FieldSpec spec = Objects.requireNonNull(fields.get(message.getInstanceLocation().getName(0)));
    Object value = shown(spec, value(message.getInstanceNode()));
    return switch (message.getType()) {
      case "type" -> type(spec, value);
      case "minimum", "exclusiveMinimum" -> error(spec.key(), value, range(spec), "minimum");
      case "maximum", "exclusiveMaximum" -> error(spec.key(), value, range(spec), "maximum");
      case "multipleOf" -> error(spec.key(), value, Expectation.multiple(spec), "multiple_of");
      case "minLength" -> error(spec.key(), value, length(spec), "min_length");
      case "maxLength" -> error(spec.key(), value, length(spec), "max_length");
      case "pattern" -> error(spec.key(), value, Expectation.pattern(spec.validation()), "pattern");
      case "enum" -> error(spec.key(), value, Expectation.allowed(spec), "enum");
      case "const" -> error(spec.key(), value, Expectation.allowed(spec), "const");
      default -> error(spec.key(), value, full(spec), message.getType());
    };
  }

  /** Of another type; of null where the key takes none. */
  FieldError type(FieldSpec spec, @Nullable Object value) {
    return error(spec.key(), shown(spec, value), full(spec), value == null ? "null" : "type");
  }

  /** A whole number that not every reader keeps. */
  static FieldError beyondSafe(String key, @Nullable Object value) {
    boolean low = value instanceof Number number && number.doubleValue() < 0;
    return error(key, value, "within ±" + StrictJson.MAX_SAFE_INTEGER, low ? "minimum" : "maximum");
  }

  /** A key that the schema does not have. */
  FieldError unknownKey(String key) {
    String near = Nearest.to(key, fields.keySet());
    return new FieldError(
        Scalars.showKey(key),
        Scalars.showKey(key)
            + ": unknown key (expected: "
            + (fields.isEmpty() ? "no keys at all" : Expectation.oneOf(fields.keySet()))
            + (near == null ? ")" : "; did you mean \"" + near + "\"?)"),
        "unknown_key");
  }

  /** A key that must be there and is not. */
  FieldError missing(ValidationMessage message) {
    String key = message.getProperty();
    FieldSpec spec = fields.get(key);
    return new FieldError(
        key,
        key + ": missing (expected: " + (spec == null ? "a value" : full(spec)) + ")",
        "required");
  }

  /** Of a rule over several settings, in the validator's words where none are at hand. */
  FieldError ofRule(ValidationMessage message) {
    boolean ofKey = message.getInstanceLocation().getNameCount() == 1;
    JsonNode wanted = message.getSchemaNode();
    String rule = " by the schema's rule " + message.getSchemaLocation().getFragment();
    if (!ofKey) {
      String text = message.getMessage().replaceFirst("^[^:]*: ", "");
      return new FieldError(
          "config",
          "config: " + (text.length() > 300 ? text.substring(0, 300) + "…" : text),
          snake(message.getType()));
    }
    String expected =
        switch (message.getType()) {
          case "const" -> "exactly " + wanted;
          case "enum" -> "one of " + wanted;
          case "minimum" -> ">= " + wanted;
          case "exclusiveMinimum" -> "> " + wanted;
          case "maximum" -> "<= " + wanted;
          case "exclusiveMaximum" -> "< " + wanted;
          case "pattern" -> "to match " + wanted.asText();
          case "type" -> "of type " + wanted;
          default -> message.getType() + " " + wanted;
        };
    return error(
        message.getInstanceLocation().getName(0),
        value(message.getInstanceNode()),
        expected + rule,
        snake(message.getType()));
  }

  /** A text beyond the bound. */
  static FieldError tooLong(FieldSpec spec, String text) {
    return tooLong(spec.key(), String.valueOf(shown(spec, text)));
  }

  /** The same of a key that no schema describes. */
  static FieldError tooLong(String key, String text) {
    return error(key, text, "at most " + ConfigValidator.MAX_TEXT + " characters", "max_length");
  }

  /** A pattern or rule that would take too long. */
  static FieldError tooCostly() {
    return new FieldError(
        "config", "config: a pattern of the schema takes too long on these values", "pattern");
  }

  /** {@code key: value (expected: …)}. */
  static FieldError error(String key, @Nullable Object value, String expected, String type) {
    return new FieldError(
        Scalars.showKey(key),
        Scalars.showKey(key) + ": " + Scalars.show(value) + " (expected: " + expected + ")",
        type);
  }

  /** What may be shown of a value. */
  private static @Nullable Object shown(FieldSpec spec, @Nullable Object value) {
    return spec.secret() && value != null ? SecretValue.MASK : value;
  }

  private String full(FieldSpec spec) {
    return Expectation.full(spec, formats.get(spec.key()));
  }

  private String range(FieldSpec spec) {
    String range = Expectation.range(spec);
    return range == null ? full(spec) : range;
  }

  private String length(FieldSpec spec) {
    String length = Expectation.length(spec.validation());
    return length == null ? full(spec) : length;
  }

  private static @Nullable Object value(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (node.isTextual()) {
      return node.textValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return node.isIntegralNumber() ? (Object) node.longValue() : (Object) node.doubleValue();
  }

  private static String snake(String keyword) {
    return keyword.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
