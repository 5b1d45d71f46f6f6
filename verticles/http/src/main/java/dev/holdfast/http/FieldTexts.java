package dev.holdfast.http;

import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Validation;
import dev.holdfast.model.Values;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code fields} of a service as JSON. All but each field's {@code source} depends on the
 * schema only, so that part is made once a schema, when it is first wanted: a start makes none.
 * Safe for use by several threads.
 */
final class FieldTexts {
  private final ServiceSchema schema;
  private volatile @Nullable Made made;

  /** The texts, and what tells them from those of another schema. */
  private record Made(List<Field> fields, String digest) {}

  /** One field, in front of its source and behind it. */
  private record Field(String key, String head, String tail) {}

  FieldTexts(ServiceSchema schema) {
    this.schema = schema;
  }

  private Made made() {
    Made held = made;
    if (held == null) {
      List<Field> fields = schema.fields().stream().map(FieldTexts::field).toList();
      held = new Made(fields, Encoded.digest(fields.toString()));
      made = held;
    }
    return held;
  }

  /** Whether these are the texts of that schema. */
  boolean of(ServiceSchema other) {
    return schema.equals(other);
  }

  /** What tells these texts from those of another schema. */
  String digest() {
    return made().digest();
  }

  /** Where a state of the service has each field from; of one without a schema its values tell. */
  String sources(ServiceSnapshot snapshot) {
    StringBuilder sources = new StringBuilder(schema.fields().size() * 10);
    for (FieldSpec field : schema.fields()) {
      sources.append(snapshot.source(field.key()).word()).append(',');
    }
    return sources.toString();
  }

  /** Appends the array for a state of the service. */
  void append(StringBuilder out, ServiceSnapshot snapshot) {
    out.append('[');
    boolean first = true;
    for (Field field : schema.untyped() ? inferred(snapshot.effective()) : made().fields()) {
      out.append(first ? "" : ",").append(field.head());
      out.append(snapshot.source(field.key()).word()).append(field.tail());
      first = false;
    }
    out.append(']');
  }

  private static Field field(FieldSpec spec) {
    JsonObject head =
        new JsonObject()
            .put("key", spec.key())
            .put("type", spec.type().word())
            .put("complexity", spec.complexity().word())
            .put("description", spec.description())
            .put("help_text", spec.helpText())
            .put("examples", new JsonArray(spec.examples()))
            .put("is_secret", spec.secret());
    JsonObject tail =
        new JsonObject()
            .put("default", spec.defaultValue())
            .put("validation", validation(spec.validation(), spec.nullable()))
            .put("restart_required", spec.restartRequired())
            .put("env_var", spec.envVar());
    return field(spec.key(), head, tail);
  }

  /** What can be said of the settings of a service without a schema: the types of its values. */
  private static List<Field> inferred(Values values) {
    return values.map().entrySet().stream()
        .map(entry -> inferred(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Field inferred(String key, @Nullable Object value) {
    JsonObject head =
        new JsonObject()
            .put("key", key)
            .put("type", type(value))
            .put("complexity", "simple")
            .put("description", "")
            .putNull("help_text")
            .put("examples", new JsonArray())
            .put("is_secret", false);
    JsonObject tail =
        new JsonObject()
            .putNull("default")
            .put("validation", new JsonObject())
            .put("restart_required", false)
            .putNull("env_var");
    return field(key, head, tail);
  }

  private static Field field(String key, JsonObject head, JsonObject tail) {
    String front = head.encode();
    return new Field(
        key,
        front.substring(0, front.length() - 1) + ",\"source\":\"",
        "\"," + tail.encode().substring(1));
  }

  private static String type(@Nullable Object value) {
    if (value instanceof Boolean) {
      return "boolean";
    }
    if (value instanceof Long) {
      return "integer";
    }
    return value instanceof Double ? "float" : "string";
  }

  private static JsonObject validation(Validation bounds, boolean nullable) {
    JsonObject json = new JsonObject();
    put(json, "min", bounds.min());
    put(json, "max", bounds.max());
    put(json, "exclusive_min", bounds.exclusiveMin());
    put(json, "exclusive_max", bounds.exclusiveMax());
    put(json, "multiple_of", bounds.multipleOf());
    put(json, "min_length", bounds.minLength());
    put(json, "max_length", bounds.maxLength());
    put(json, "pattern", bounds.pattern());
    put(json, "pattern_description", bounds.patternDescription());
    if (!bounds.allowed().isEmpty()) {
      json.put("allowed", new JsonArray(bounds.allowed()));
    }
    if (nullable) {
      json.put("nullable", true);
    }
    return json;
  }

  private static void put(JsonObject json, String name, @Nullable Object value) {
    if (value != null) {
      json.put(name, value);
    }
  }
}
