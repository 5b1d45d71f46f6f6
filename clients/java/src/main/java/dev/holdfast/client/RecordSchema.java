package dev.holdfast.client;

import com.fasterxml.classmate.ResolvedType;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationOption;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the JSON Schema (2020-12) of a settings record: the types and the constraints of Jakarta
 * Validation by the generator, what Holdfast adds ({@code x-…}, defaults, nullability) on top.
 */
final class RecordSchema {
  private static final List<String> BOUNDS =
      List.of(
          "minimum",
          "exclusiveMinimum",
          "maximum",
          "exclusiveMaximum",
          "multipleOf",
          "minLength",
          "maxLength",
          "pattern");

  private RecordSchema() {}

  static JsonObject of(Class<? extends Record> type, String service, List<Field> fields) {
    Map<String, Field> byName =
        fields.stream().collect(Collectors.toMap(Field::name, Function.identity()));
    JsonObject generated = new JsonObject(generator(byName).generateSchema(type).toString());
    JsonObject found = generated.getJsonObject("properties", new JsonObject());
    JsonObject properties = new JsonObject();
    for (Field field : fields) {
      properties.put(field.key(), property(field, found.getJsonObject(field.name())));
    }
    return new JsonObject()
        .put("$schema", "https://json-schema.org/draft/2020-12/schema")
        .put("title", service)
        .put("type", "object")
        .put("additionalProperties", false)
        .put("properties", properties);
  }

  /** What a property admits, in words. */
  static String expected(JsonObject property) {
    if (property.containsKey("enum")) {
      return "one of "
          + property.getJsonArray("enum").stream()
              .map(String::valueOf)
              .collect(Collectors.joining(", "));
    }
    List<String> parts = new ArrayList<>();
    for (String bound : BOUNDS) {
      if (property.containsKey(bound)) {
        parts.add(bound + " " + property.getValue(bound));
      }
    }
    return parts.isEmpty() ? String.valueOf(property.getValue("type")) : String.join(", ", parts);
  }

  private static SchemaGenerator generator(Map<String, Field> fields) {
    SchemaGeneratorConfigBuilder config =
        new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(Option.INLINE_ALL_SCHEMAS)
            .with(new JakartaValidationModule(JakartaValidationOption.INCLUDE_PATTERN_EXPRESSIONS));
    config.forFields().withTargetTypeOverridesResolver(scope -> overridden(scope, fields));
    return new SchemaGenerator(config.build());
  }

  /** Everything that goes over the wire as a text is one to the generator. */
  private static @Nullable List<ResolvedType> overridden(
      FieldScope scope, Map<String, Field> fields) {
    Field field = fields.get(scope.getName());
    if (field == null) {
      return null;
    }
    boolean text =
        field.kind() == Kind.ENUM || field.kind() == Kind.PATH || field.kind() == Kind.SECRET;
    if (!text && !field.optional()) {
      return null;
    }
    return List.of(scope.getContext().resolve(text ? String.class : field.type()));
  }

  private static JsonObject property(Field field, @Nullable JsonObject generated) {
    JsonObject property = generated == null ? new JsonObject() : generated.copy();
    String type =
        switch (field.kind()) {
          case TEXT, ENUM, PATH, SECRET -> "string";
          case INTEGER -> "integer";
          case FLOAT -> "number";
          case BOOLEAN -> "boolean";
        };
    boolean admitsNull = field.nullable() && field.kind() != Kind.SECRET;
    property.put("type", admitsNull ? new JsonArray().add(type).add("null") : type);
    if (field.kind() == Kind.ENUM) {
      JsonArray words = new JsonArray(new ArrayList<Object>(Kind.words(field.type())));
      property.put("enum", admitsNull ? words.addNull() : words);
    } else if (field.kind() == Kind.PATH) {
      property.put("format", "path");
    } else if (field.kind() == Kind.SECRET) {
      property.put("x-secret", true);
    }
    if (field.byDefault() != null) {
      property.put("default", field.byDefault());
    } else if (admitsNull) {
      property.putNull("default");
    }
    Setting setting = field.setting();
    if (setting != null) {
      property.put("description", setting.value());
      property.put("x-complexity", setting.complexity().name().toLowerCase(Locale.ROOT));
      if (!setting.help().isEmpty()) {
        property.put("x-help", setting.help());
      }
      if (setting.restart()) {
        property.put("x-restart", true);
      }
    }
    return property;
  }
}
