package dev.holdfast.settings;

import dev.holdfast.bus.FieldError;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.Values;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the environment holds of each service: it stands over what is stored, and nobody changes it
 * while the manager runs. Only schemas of files draw on it.
 */
final class Environment {
  /** Holds nothing. */
  static final Environment EMPTY = new Environment(Map.of());

  private static final Held NOTHING = new Held(Map.of(), Map.of(), Map.of());

  private final Map<String, Held> services;
  private final Map<String, String> fingerprints = new HashMap<>();

  /**
   * What it holds of one service.
   *
   * @param values by key, without secrets
   * @param secrets by key
   * @param variables the variable of every key in either
   */
  record Held(
      Map<String, Object> values, Map<String, SecretValue> secrets, Map<String, String> variables) {
    boolean isEmpty() {
      return variables.isEmpty();
    }

    /** The variable that holds a key, or null. */
    @Nullable String variable(String key) {
      return variables.get(key);
    }

    Set<String> keys() {
      return variables.keySet();
    }

    /** Everything as one text, secrets in clear, to be authenticated and never kept. */
    String text(String service) {
      Map<String, @Nullable Object> all = new TreeMap<>(values);
      secrets.forEach((key, secret) -> all.put(key, secret.reveal()));
      return "holdfast.environment.v1|" + service + "|" + CanonicalJson.write(all);
    }

    @Override
    public String toString() {
      return "Held" + variables.values();
    }
  }

  private Environment(Map<String, Held> services) {
    this.services = Map.copyOf(services);
  }

  /**
   * Reads what concerns these schemas. Blocks for a moment.
   *
   * @throws IllegalArgumentException with a line for every variable that holds no legal value,
   *     which names the variable and the legal form, never the value
   */
  static Environment read(Map<String, String> variables, Collection<CompiledSchema> schemas) {
    Map<String, Held> services = new HashMap<>();
    List<String> lines = new ArrayList<>();
    for (CompiledSchema schema : schemas) {
      Held held = read(variables, schema, lines);
      if (!held.isEmpty()) {
        services.put(schema.service(), held);
      }
    }
    if (!lines.isEmpty()) {
      throw new IllegalArgumentException(
          "environment variables with faults:\n  " + String.join("\n  ", lines));
    }
    return new Environment(services);
  }

  private static Held read(
      Map<String, String> variables, CompiledSchema schema, List<String> lines) {
    Map<String, Object> values = new TreeMap<>();
    Map<String, SecretValue> secrets = new TreeMap<>();
    Map<String, String> names = new TreeMap<>();
    for (FieldSpec field : schema.schema().fields()) {
      String name = field.envVar();
      String text = name == null ? null : variables.get(name);
      if (name == null || text == null) {
        continue;
      }
      Object value = typed(field, text);
      List<FieldError> errors = schema.validateKey(field.key(), value);
      if (!errors.isEmpty()) {
        lines.add(name + ": not for " + schema.service() + " " + field.key() + expected(errors));
        continue;
      }
      names.put(field.key(), name);
      if (field.secret()) {
        secrets.put(field.key(), SecretValue.of(text));
      } else {
        values.put(field.key(), value);
      }
    }
    return new Held(values, secrets, names);
  }

  /** A text that is of no other type stays one, for the schema to refuse. */
  private static Object typed(FieldSpec field, String text) {
    return switch (field.type()) {
      case INTEGER, FLOAT -> number(text.strip());
      case BOOLEAN -> {
        String word = text.strip();
        boolean yes = word.equalsIgnoreCase("true");
        yield yes || word.equalsIgnoreCase("false") ? (Object) yes : text;
      }
      default -> text;
    };
  }

  private static Object number(String text) {
    if (text.matches("-?[0-9]{1,15}")) {
      return Long.parseLong(text);
    }
    if (text.matches("-?[0-9]{1,20}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?")) {
      Object normal = Scalars.normal(Double.parseDouble(text));
      return (normal instanceof Double number && number.isInfinite()) || normal == null
          ? text
          : normal;
    }
    return text;
  }

  /** The part of a message behind the value. */
  private static String expected(List<FieldError> errors) {
    String message = errors.get(0).message();
    int from = message.lastIndexOf(" (expected: ");
    return from < 0 ? " (expected: another value)" : message.substring(from);
  }

  /**
   * As it was when a last-known-good file was written: the settings in it are under versions that
   * belong to those values. Secrets are not in it: they are those of now.
   */
  Environment remembering(LkgContent content) {
    Map<String, Held> then = new HashMap<>();
    for (LkgContent.Service service : content.services()) {
      Held now = services.getOrDefault(service.service(), NOTHING);
      Map<String, Object> values = new TreeMap<>();
      Map<String, SecretValue> secrets = new TreeMap<>();
      Map<String, String> variables = new TreeMap<>();
      for (String key : service.environmentKeys()) {
        Object value = service.effective().get(key);
        SecretValue secret = now.secrets().get(key);
        if (value != null) {
          values.put(key, value);
        } else if (secret != null) {
          secrets.put(key, secret);
        }
        if (value != null || secret != null) {
          variables.put(key, now.variables().getOrDefault(key, ""));
        }
      }
      if (!variables.isEmpty()) {
        then.put(service.service(), new Held(values, secrets, variables));
      }
    }
    return new Environment(then);
  }

  /** What it holds of the service of this schema. */
  Held of(CompiledSchema schema) {
    SchemaOrigin origin = schema.schema().origin();
    boolean fromFile = origin == SchemaOrigin.SHIPPED || origin == SchemaOrigin.DIRECTORY;
    return fromFile ? services.getOrDefault(schema.service(), NOTHING) : NOTHING;
  }

  /** What is stored, with what it holds over it. */
  Values over(CompiledSchema schema, Values stored) {
    Map<String, @Nullable Object> effective = over(schema, stored.map());
    return effective == stored.map() ? stored : Values.of(effective);
  }

  /** The same map where it holds nothing, else a copy with what it holds over it. */
  Map<String, @Nullable Object> over(CompiledSchema schema, Map<String, @Nullable Object> stored) {
    Held held = of(schema);
    if (held.values().isEmpty()) {
      return stored;
    }
    Map<String, @Nullable Object> effective = new TreeMap<>(stored);
    effective.putAll(held.values());
    return effective;
  }

  /** The services it holds something of. */
  Map<String, Held> services() {
    return services;
  }

  /** Remembers the fingerprint of what it holds of a service. */
  void fingerprint(String service, String fingerprint) {
    fingerprints.put(service, fingerprint);
  }

  /** The fingerprint to keep with the service of this schema; empty where it holds nothing. */
  String fingerprint(CompiledSchema schema) {
    return of(schema).isEmpty() ? "" : fingerprints.getOrDefault(schema.service(), "");
  }
}
