package dev.holdfast.settings;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.SchemaOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads one property of a schema document: a scalar, with every keyword understood or refused. */
final class PropertyReader {
  private final String service;
  private final SchemaOrigin origin;
  private final PropertyNode node;
  private boolean nullable;

  private PropertyReader(String service, SchemaOrigin origin, PropertyNode node) {
    this.service = service;
    this.origin = origin;
    this.node = node;
  }

  /** Reads it, and adds what is wrong to {@code faults}. Null where no type can be told. */
  static @Nullable FieldSpec read(
      String service,
      SchemaOrigin origin,
      String key,
      @Nullable Object property,
      List<Fault> faults) {
    if (!(property instanceof Map<?, ?>)) {
      faults.add(new Fault(key, Scalars.show(property) + " (expected: an object)"));
      return null;
    }
    PropertyNode node = new PropertyNode(key, Scalars.object(property), faults);
    return new PropertyReader(service, origin, node).spec();
  }

  private @Nullable FieldSpec spec() {
    String type = type();
    checkKeywords(type);
    if (type == null) {
      return null;
    }
    boolean secret = secret(type);
    String title = node.text("title");
    String description = node.text("description");
    return new FieldSpec(
        node.key(),
        fieldType(type, secret),
        nullable || secret,
        complexity(),
        description != null ? description : title != null ? title : "",
        node.text("x-help"),
        examples(),
        secret ? null : defaultValue(),
        BoundsReader.read(node, type),
        node.flag("x-restart"),
        envVar());
  }

  private @Nullable String type() {
    Object type = node.get("type");
    if (!node.has("type") && node.get("enum") instanceof List<?> values) {
      nullable = values.contains(null);
      return "string";
    }
    if (type instanceof List<?> list && list.size() == 2 && list.contains("null")) {
      type = "null".equals(list.get(0)) ? list.get(1) : list.get(0);
      nullable =
          (!(node.get("enum") instanceof List<?> values) || values.contains(null))
              && (!node.has("const") || node.get("const") == null);
    }
    if (type instanceof String word
        && Set.of("string", "number", "integer", "boolean").contains(word)) {
      return word;
    }
    node.fault(
        "type: "
            + Scalars.show(node.get("type"))
            + " (expected: string, number, integer or boolean, or [that, \"null\"])");
    return null;
  }

  private FieldType fieldType(String type, boolean secret) {
    if (secret) {
      return FieldType.SECRET;
    }
    if (node.has("enum")) {
      return FieldType.ENUM;
    }
    return switch (type) {
      case "integer" -> FieldType.INTEGER;
      case "number" -> FieldType.FLOAT;
      case "boolean" -> FieldType.BOOLEAN;
      default -> "path".equals(node.get("format")) ? FieldType.PATH : FieldType.STRING;
    };
  }

  private void checkKeywords(@Nullable String type) {
    boolean numeric = "integer".equals(type) || "number".equals(type);
    for (String word : node.words()) {
      boolean forNumbers = Keywords.NUMERIC.contains(word);
      boolean forTexts = Keywords.TEXTUAL.contains(word);
      if (!Keywords.ANY_PROPERTY.contains(word) && !forNumbers && !forTexts) {
        Set<String> legal = new TreeSet<>(Keywords.ANY_PROPERTY);
        legal.addAll(Keywords.NUMERIC);
        legal.addAll(Keywords.TEXTUAL);
        node.fault(Keywords.unknown("keyword", word, legal));
      } else if (type != null
          && ((forNumbers && !numeric) || (forTexts && !type.equals("string")))) {
        node.fault(word + ": has no meaning for the type " + type);
      }
    }
    node.flag("deprecated");
    node.text("$comment");
  }

  private boolean secret(String type) {
    boolean secret = node.flag("x-secret");
    if (secret) {
      if (!type.equals("string")) {
        node.fault("x-secret: the type is " + type + " (expected: string)");
      }
      for (String word : List.of("default", "enum", "const")) {
        if (node.get(word) != null) {
          node.fault(word + ": a secret has none");
        }
      }
    }
    return secret;
  }

  private @Nullable Object defaultValue() {
    Object value = node.get("default");
    if (value == null && node.has("default") && !nullable) {
      node.fault("default: null (expected: a legal value; the property does not take null)");
    }
    return Scalars.normal(value);
  }

  private List<String> examples() {
    List<?> list = node.list("examples");
    List<String> examples = new ArrayList<>();
    if (list != null) {
      for (Object value : list) {
        examples.add(value instanceof String text ? text : CanonicalJson.write(value));
      }
    }
    return examples;
  }

  private Complexity complexity() {
    String word = node.text("x-complexity");
    if (word == null || word.equals("advanced")) {
      return Complexity.ADVANCED;
    }
    if (!word.equals("simple")) {
      node.fault("x-complexity: " + Scalars.show(word) + " (expected: simple or advanced)");
    }
    return Complexity.SIMPLE;
  }

  private @Nullable String envVar() {
    String name = node.text("x-env");
    String wrong = name == null ? null : EnvNames.fault(name);
    if (wrong != null) {
      node.fault(wrong);
    }
    if (origin == SchemaOrigin.REGISTERED) {
      return null;
    }
    return name != null ? name : EnvNames.derived(service, node.key());
  }
}
