package dev.holdfast.client;

import dev.holdfast.model.Names;
import dev.holdfast.model.SecretValue;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A record that is the settings of a service: makes one from settings, and says its schema. What
 * the manager would refuse by that schema the record refuses too, so that one set of constraints
 * counts at both ends.
 *
 * @param <T> the record
 */
final class RecordShape<T extends Record> {
  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions()
          .setBaseUri("urn:holdfast:record")
          .setDraft(Draft.DRAFT202012)
          .setOutputFormat(OutputFormat.Basic);

  private final String service;
  private final List<Field> fields;
  private final Constructor<T> constructor;
  private volatile @Nullable Rules rules;

  /** What settings are held against. Making it takes a while the first time in a process. */
  private record Rules(JsonObject schema, Validator validator) {}

  private RecordShape(String service, List<Field> fields, Constructor<T> constructor) {
    this.service = service;
    this.fields = List.copyOf(fields);
    this.constructor = constructor;
  }

  /**
   * Reads a record class.
   *
   * @throws IllegalArgumentException that says what about it is wrong
   */
  static <T extends Record> RecordShape<T> of(Class<T> type) {
    ServiceConfig marked = type.getAnnotation(ServiceConfig.class);
    if (marked == null || !Names.isService(marked.value())) {
      throw new IllegalArgumentException(
          type.getSimpleName()
              + ": no service (expected: @ServiceConfig(\"name\"), "
              + Names.SERVICE_FORM
              + ")");
    }
    RecordComponent[] components = type.getRecordComponents();
    List<Field> fields = Arrays.stream(components).map(Field::of).toList();
    Set<String> keys = new HashSet<>();
    for (Field field : fields) {
      if (!keys.add(field.key())) {
        throw new IllegalArgumentException(
            type.getSimpleName() + ": " + field.key() + " twice (expected: each key once)");
      }
    }
    try {
      Constructor<T> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return new RecordShape<>(marked.value(), fields, constructor);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has its canonical constructor", e);
    }
  }

  /** Makes the schema, unless that was done. Blocks, so call it before the other methods. */
  RecordShape<T> prepare() {
    rules();
    return this;
  }

  private Rules rules() {
    Rules made = rules;
    if (made == null) {
      JsonObject schema = RecordSchema.of(constructor.getDeclaringClass(), service, fields);
      made = new Rules(schema, Validator.create(JsonSchema.of(schema.copy()), OPTIONS));
      rules = made;
    }
    return made;
  }

  String service() {
    return service;
  }

  /** Whether one of the settings is a secret. */
  boolean hasSecrets() {
    return fields.stream().anyMatch(field -> field.kind() == Kind.SECRET);
  }

  /** The schema as the manager takes it. */
  JsonObject schema() {
    return rules().schema().copy();
  }

  /**
   * The record of these settings: unknown keys are ignored, missing ones take their default.
   *
   * @throws Misfit that names every key that does not fit
   */
  T bind(Settings settings) {
    return make(settings.values().map(), settings.secrets());
  }

  /**
   * The record without the manager: environment variables named {@code <SERVICE>_<KEY>} over the
   * defaults.
   *
   * @throws Misfit that names every key that has no value, or one that does not fit
   */
  T fallback(Map<String, String> environment) {
    Map<String, @Nullable Object> values = new HashMap<>();
    Map<String, SecretValue> secrets = new HashMap<>();
    for (Field field : fields) {
      String text = environment.get(variable(field));
      if (text == null || text.isBlank()) {
        continue;
      }
      if (field.kind() == Kind.SECRET) {
        secrets.put(field.key(), SecretValue.of(text));
      } else {
        Object json = field.kind().json(text);
        values.put(field.key(), json == null ? text : json);
      }
    }
    return make(values, secrets);
  }

  private T make(Map<String, @Nullable Object> values, Map<String, SecretValue> secrets) {
    List<String> faults = new ArrayList<>();
    JsonObject known = new JsonObject();
    Object[] arguments = new Object[fields.size()];
    for (int i = 0; i < arguments.length; i++) {
      Field field = fields.get(i);
      Object json = field.kind() == Kind.SECRET ? secrets.get(field.key()) : given(values, field);
      arguments[i] = field.value(json, faults);
      if (field.kind() != Kind.SECRET && (json != null || field.nullable())) {
        known.put(field.key(), json);
      }
    }
    if (faults.isEmpty()) {
      check(known, faults);
    }
    if (!faults.isEmpty()) {
      throw new Misfit(faults);
    }
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new Misfit(List.of("the record refuses it: " + e.getTargetException().getMessage()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the canonical constructor cannot be called", e);
    }
  }

  private void check(JsonObject known, List<String> faults) {
    OutputUnit result = rules().validator().validate(known);
    if (Boolean.TRUE.equals(result.getValid()) || result.getErrors() == null) {
      return;
    }
    Set<String> named = new HashSet<>();
    for (OutputUnit unit : result.getErrors()) {
      String key = unit.getInstanceLocation().replaceFirst("^#?/?", "");
      if (known.containsKey(key) && named.add(key)) {
        faults.add(
            key
                + ": "
                + Names.printable(String.valueOf(known.getValue(key)))
                + " (expected: "
                + RecordSchema.expected(
                    rules().schema().getJsonObject("properties").getJsonObject(key))
                + ")");
      }
    }
    if (faults.isEmpty()) {
      faults.add("the settings do not fit the schema");
    }
  }

  private static @Nullable Object given(Map<String, @Nullable Object> values, Field field) {
    return values.containsKey(field.key()) ? values.get(field.key()) : field.byDefault();
  }

  private String variable(Field field) {
    return (service + "_" + field.key()).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}
