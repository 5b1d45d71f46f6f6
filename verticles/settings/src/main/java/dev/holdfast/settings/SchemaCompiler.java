package dev.holdfast.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.holdfast.bus.FieldError;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.Names;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compiles schema documents: JSON Schema 2020-12, flat, every keyword understood or refused.
 * Nothing is ever fetched: references reach into the same document only.
 *
 * <p>Safe for several threads.
 */
final class SchemaCompiler {
  /** The most settings a service may have. */
  static final int MAX_PROPERTIES = 5_000;

  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  /**
   * What came of a document.
   *
   * @param schema the compiled schema, or null where there are faults
   * @param faults all that is wrong
   */
  record Compiled(@Nullable CompiledSchema schema, List<Fault> faults) {
    Compiled {
      faults = List.copyOf(faults);
    }
  }

  /** Compiles one document. Never throws on account of what it says. */
  Compiled compile(String service, SchemaOrigin origin, Map<String, @Nullable Object> document) {
    return compile(service, origin, document, false);
  }

  /**
   * Compiles a document that passed {@link #compile} before, when it was built or registered: its
   * keywords are read, but what costs time (the metaschema, the defaults) is not checked again, and
   * the validator is made when it is first needed.
   */
  Compiled compileTrusted(
      String service, SchemaOrigin origin, Map<String, @Nullable Object> document) {
    return compile(service, origin, document, true);
  }

  private static Compiled compile(
      String service,
      SchemaOrigin origin,
      Map<String, @Nullable Object> document,
      boolean trusted) {
    List<Fault> faults = new ArrayList<>();
    checkTop(document, faults);
    Map<String, FieldSpec> fields = fields(service, origin, document, faults);
    Set<String> secrets = new TreeSet<>();
    fields.values().stream().filter(FieldSpec::secret).forEach(field -> secrets.add(field.key()));
    new RuleReader(document, Scalars.object(document.get("properties")).keySet(), secrets, faults)
        .read();
    if (faults.isEmpty() && !trusted) {
      checkDialect(document, faults);
    }
    if (!faults.isEmpty()) {
      return new Compiled(null, faults);
    }
    CompiledSchema compiled = assemble(service, origin, document, fields, trusted, faults);
    return new Compiled(faults.isEmpty() ? compiled : null, faults);
  }

  private static void checkTop(Map<String, @Nullable Object> document, List<Fault> faults) {
    for (String word : document.keySet()) {
      if (!Keywords.TOP.contains(word)) {
        faults.add(new Fault(Scalars.show(word), Keywords.unknown("keyword", word, Keywords.TOP)));
      }
    }
    if (document.containsKey("$schema") && !isDialect(document.get("$schema"))) {
      faults.add(
          new Fault(
              "$schema", Scalars.show(document.get("$schema")) + " (expected: " + DIALECT + ")"));
    }
    if (!"object".equals(document.get("type"))) {
      faults.add(new Fault("type", Scalars.show(document.get("type")) + " (expected: \"object\")"));
    }
    if (document.containsKey("additionalProperties")
        && !Boolean.FALSE.equals(document.get("additionalProperties"))) {
      faults.add(
          new Fault(
              "additionalProperties",
              Scalars.show(document.get("additionalProperties")) + " (expected: false)"));
    }
  }

  private static boolean isDialect(@Nullable Object uri) {
    return DIALECT.equals(uri) || (DIALECT + "#").equals(uri);
  }

  private static Map<String, FieldSpec> fields(
      String service,
      SchemaOrigin origin,
      Map<String, @Nullable Object> document,
      List<Fault> faults) {
    Map<String, FieldSpec> fields = new TreeMap<>();
    if (!(document.get("properties") instanceof Map<?, ?> properties)
        || properties.size() > MAX_PROPERTIES) {
      faults.add(
          new Fault("properties", "expected an object of at most " + MAX_PROPERTIES + " settings"));
      return fields;
    }
    Scalars.object(properties)
        .forEach(
            (key, node) -> {
              if (!Names.isKey(key)) {
                faults.add(
                    new Fault(Scalars.showKey(key), "no key (expected: " + Names.KEY_FORM + ")"));
                return;
              }
              FieldSpec spec = PropertyReader.read(service, origin, key, node, faults);
              if (spec != null) {
                fields.put(key, spec);
              }
            });
    return fields;
  }

  private static CompiledSchema assemble(
      String service,
      SchemaOrigin origin,
      Map<String, @Nullable Object> document,
      Map<String, FieldSpec> fields,
      boolean trusted,
      List<Fault> faults) {
    Map<String, @Nullable Object> properties = Scalars.object(document.get("properties"));
    Map<String, String> formats = new TreeMap<>();
    Map<String, @Nullable Object> defaults = new TreeMap<>();
    fields.forEach(
        (key, spec) -> {
          Map<String, @Nullable Object> property = Scalars.object(properties.get(key));
          if (property.get("format") instanceof String format && !format.equals("path")) {
            formats.put(key, format);
          }
          if (!spec.secret() && (property.get("default") != null || spec.nullable())) {
            Object value = property.get("default");
            defaults.put(key, Scalars.beyondSafe(value) ? value : Scalars.normal(value));
          }
        });
    BoundedRegex regex = new BoundedRegex();
    ConfigValidator validator =
        new ConfigValidator(
            fields,
            formats,
            () -> Engine.FACTORY.getSchema(enforced(document), config(regex)),
            regex);
    if (!trusted) {
      checkDefaults(validator, defaults, faults);
    }
    defaults.replaceAll((key, value) -> Scalars.normal(value));
    return new CompiledSchema(
        new ServiceSchema(
            service, origin, CanonicalJson.write(document), List.copyOf(fields.values())),
        defaults,
        validator);
  }

  private static void checkDefaults(
      ConfigValidator validator, Map<String, @Nullable Object> defaults, List<Fault> faults) {
    try {
      for (FieldError error : validator.validateKeys(defaults)) {
        String reason = error.message().substring(error.field().length() + 2);
        faults.add(new Fault(error.field(), "default: " + reason));
      }
    } catch (JsonSchemaException e) {
      faults.add(new Fault("schema", String.valueOf(e.getMessage())));
    }
  }

  /** The document as the validator is given it: without what is for people. */
  private static JsonNode enforced(Map<String, @Nullable Object> document) {
    Map<String, @Nullable Object> lean = new LinkedHashMap<>(document);
    Set.of("$schema", "$id", "$comment", "additionalProperties", "title", "description")
        .forEach(lean::remove);
    lean.remove("examples");
    lean.remove("deprecated");
    Map<String, @Nullable Object> properties = new LinkedHashMap<>();
    Scalars.object(document.get("properties"))
        .forEach(
            (key, node) -> {
              Map<String, @Nullable Object> property = new LinkedHashMap<>(Scalars.object(node));
              property.keySet().retainAll(Keywords.ENFORCED);
              if ("path".equals(property.get("format"))) {
                property.remove("format");
              }
              properties.put(key, property);
            });
    lean.put("properties", properties);
    return Engine.MAPPER.valueToTree(lean);
  }

  /** Holds a document against the metaschema of its dialect, which the validator's jar holds. */
  private static void checkDialect(Map<String, @Nullable Object> document, List<Fault> faults) {
    JsonNode node = Engine.MAPPER.valueToTree(document);
    for (ValidationMessage message : Dialect.SCHEMA.validate(node)) {
      faults.add(new Fault("schema", message.getMessage()));
    }
  }

  private static SchemaValidatorsConfig config(BoundedRegex regex) {
    return SchemaValidatorsConfig.builder()
        .formatAssertionsEnabled(true)
        .regularExpressionFactory(regex)
        .locale(Locale.ROOT)
        .build();
  }

  /** The validator's own machinery; loaded when first needed, which the start does not wait for. */
  private static final class Engine {
    static final ObjectMapper MAPPER = new ObjectMapper();
    static final JsonSchemaFactory FACTORY =
        JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012))
            .enableSchemaCache(false)
            .build();
  }

  /** The metaschema; loaded when a document is checked against it. */
  private static final class Dialect {
    static final JsonSchema SCHEMA =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(
                SchemaLocation.of(DIALECT),
                SchemaValidatorsConfig.builder().locale(Locale.ROOT).build());
  }
}
