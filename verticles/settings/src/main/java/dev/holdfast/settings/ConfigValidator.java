package dev.holdfast.settings;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;
import dev.holdfast.bus.FieldError;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.FieldType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds all settings of a service against its schema and tells everything that is wrong at once.
 *
 * <p>Its work is bounded (texts of {@link #MAX_TEXT} characters, {@link BoundedRegex}, {@link
 * RuleReader#MAX_SUBSCHEMAS}), so that it may run on the event loop. One thread at a time.
 */
final class ConfigValidator {
  /** The longest text of a setting, in UTF-16 units. */
  static final int MAX_TEXT = 256 * 1024;

  /** How many errors are told one by one. */
  static final int MAX_ERRORS = 100;

  private final Map<String, FieldSpec> fields;
  private final Supplier<JsonSchema> compiler;
  private volatile @Nullable JsonSchema compiled;
  private final BoundedRegex regex;
  private final ErrorWords words;

  ConfigValidator(
      Map<String, FieldSpec> fields,
      Map<String, String> formats,
      Supplier<JsonSchema> compiler,
      BoundedRegex regex) {
    this.fields = fields;
    this.compiler = compiler;
    this.regex = regex;
    this.words = new ErrorWords(fields, formats);
  }

  /**
   * What is wrong, in order of the keys; empty where all is well. Secrets are not part of {@code
   * config}.
   *
   * @param config values in normal form, but whole numbers beyond ±(2⁵³−1) as read
   */
  List<FieldError> validate(Map<String, @Nullable Object> config) {
    return validate(config, true);
  }

  /** As {@link #validate(Map)}, but only what concerns each key by itself. */
  List<FieldError> validateKeys(Map<String, @Nullable Object> config) {
    return validate(config, false);
  }

  private List<FieldError> validate(Map<String, @Nullable Object> config, boolean rules) {
    Map<String, FieldError> refused = new HashMap<>();
    ObjectNode instance = JsonNodeFactory.instance.objectNode();
    config.forEach(
        (key, value) -> {
          FieldError error = precheck(key, value);
          if (error == null) {
            add(instance, key, value);
          } else {
            refused.put(key, error);
          }
        });
    List<FieldError> errors = new ArrayList<>(refused.values());
    errors.addAll(enforce(instance, refused.keySet(), rules));
    return capped(errors);
  }

  /**
   * Compiles what is needed, once; for any thread. The first validation does it where nobody did.
   */
  JsonSchema prepare() {
    JsonSchema schema = compiled;
    if (schema == null) {
      synchronized (compiler) {
        schema = compiled;
        if (schema == null) {
          schema = compiler.get();
          compiled = schema;
        }
      }
    }
    return schema;
  }

  private @Nullable FieldError precheck(String key, @Nullable Object value) {
    FieldSpec spec = fields.get(key);
    if (spec == null) {
      return words.unknownKey(key);
    }
    if (value == null ? !spec.nullable() : !Scalars.scalar(value)) {
      return words.type(spec, value);
    }
    if (spec.type() == FieldType.ENUM && value != null && !(value instanceof String)) {
      return words.type(spec, value);
    }
    if (spec.type() == FieldType.INTEGER && Scalars.beyondSafe(value)) {
      return ErrorWords.beyondSafe(key, value);
    }
    if (value instanceof String text && text.length() > MAX_TEXT) {
      return ErrorWords.tooLong(spec, text);
    }
    return null;
  }

  private List<FieldError> enforce(ObjectNode instance, Set<String> refused, boolean rules) {
    regex.reset();
    Set<ValidationMessage> messages;
    try {
      messages = prepare().validate(instance);
    } catch (StackOverflowError e) {
      return List.of(ErrorWords.tooCostly());
    }
    Set<String> wrongType = new HashSet<>();
    for (ValidationMessage message : messages) {
      if (message.getType().equals("type") && words.own(message)) {
        wrongType.add(message.getInstanceLocation().getName(0));
      }
    }
    List<FieldError> errors = new ArrayList<>();
    for (ValidationMessage message : messages) {
      FieldError error = null;
      if (words.own(message)) {
        String key = message.getInstanceLocation().getName(0);
        if (message.getType().equals("type") || !wrongType.contains(key)) {
          error = words.ofField(message);
        }
      } else if (!rules) {
        continue;
      } else if (message.getType().equals("required")) {
        error = refused.contains(message.getProperty()) ? null : words.missing(message);
      } else if (refused.isEmpty()) {
        error = words.ofRule(message);
      }
      if (error != null && !errors.contains(error)) {
        errors.add(error);
      }
    }
    if (regex.exhausted()) {
      errors.add(ErrorWords.tooCostly());
    }
    return errors;
  }

  private static void add(ObjectNode instance, String key, @Nullable Object value) {
    Object normal = Scalars.normal(value);
    if (normal instanceof String text) {
      instance.put(key, text);
    } else if (normal instanceof Long number) {
      instance.put(key, number);
    } else if (normal instanceof Double number) {
      instance.put(key, number);
    } else if (normal instanceof Boolean flag) {
      instance.put(key, flag);
    } else {
      instance.putNull(key);
    }
  }

  private static List<FieldError> capped(List<FieldError> errors) {
    List<FieldError> sorted = new ArrayList<>(errors);
    sorted.sort(Comparator.comparing(FieldError::field));
    if (sorted.size() <= MAX_ERRORS) {
      return sorted;
    }
    List<FieldError> some = new ArrayList<>(sorted.subList(0, MAX_ERRORS));
    some.add(
        new FieldError(
            "config", "config: " + (sorted.size() - MAX_ERRORS) + " more errors", "more"));
    return some;
  }
}
