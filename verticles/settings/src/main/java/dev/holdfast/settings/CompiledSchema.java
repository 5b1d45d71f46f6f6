package dev.holdfast.settings;

import dev.holdfast.bus.FieldError;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.storage.Item;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.Names;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.Validation;
import dev.holdfast.model.Values;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A schema, ready for use: defaults, validation, and which keys somebody set. */
final class CompiledSchema {
  /** The document of a service that takes any flat key. */
  static final String UNTYPED_DOCUMENT = "{}";

  private final ServiceSchema schema;
  private final Map<String, FieldSpec> fields;
  private final Map<String, @Nullable Object> defaults;
  private final @Nullable ConfigValidator validator;
  private volatile @Nullable Searchable searchable;

  private record Searchable(Values effective, SearchText text) {}

  CompiledSchema(
      ServiceSchema schema,
      Map<String, @Nullable Object> defaults,
      @Nullable ConfigValidator validator) {
    this.schema = schema;
    this.validator = validator;
    Map<String, FieldSpec> byKey = new LinkedHashMap<>();
    schema.fields().forEach(field -> byKey.put(field.key(), field));
    this.fields = byKey;
    this.defaults = new TreeMap<>(defaults);
  }

  /** The shape of a service that takes any flat key with a scalar value. */
  static CompiledSchema untyped(String service) {
    return new CompiledSchema(
        new ServiceSchema(service, SchemaOrigin.UNTYPED, UNTYPED_DOCUMENT, List.of()),
        Map.of(),
        null);
  }

  String service() {
    return schema.service();
  }

  ServiceSchema schema() {
    return schema;
  }

  boolean untyped() {
    return schema.untyped();
  }

  /** What the schema says of a key, or null. */
  @Nullable FieldSpec field(String key) {
    return fields.get(key);
  }

  /** Whether a key is a secret. */
  boolean secret(String key) {
    FieldSpec spec = fields.get(key);
    return spec != null && spec.secret();
  }

  /** A fresh map of the defaults: without secrets and without keys that have no default. */
  Map<String, @Nullable Object> defaults() {
    return new TreeMap<>(defaults);
  }

  /** Whether a key has a default; it may be null. */
  boolean hasDefault(String key) {
    return defaults.containsKey(key);
  }

  /** Whether the defaults alone are a legal configuration. */
  boolean seedable() {
    return !untyped() && validate(defaults).isEmpty();
  }

  /** Gets ready to validate, so that the first validation need not; for any thread. */
  void prepare() {
    if (validator != null) {
      validator.prepare();
    }
  }

  /** Everything that is wrong with these settings; empty where they are legal. */
  List<FieldError> validate(Map<String, @Nullable Object> config) {
    if (validator != null) {
      return validator.validate(config);
    }
    List<FieldError> errors = new ArrayList<>();
    config.forEach(
        (key, value) -> {
          FieldError error = untypedError(key, value);
          if (error != null && errors.size() < ConfigValidator.MAX_ERRORS) {
            errors.add(error);
          }
        });
    return errors;
  }

  /** Everything that is wrong with one value by itself, a secret's too; never shows a secret. */
  List<FieldError> validateKey(String key, @Nullable Object value) {
    Map<String, @Nullable Object> one = new TreeMap<>();
    one.put(key, value);
    return validator == null ? validate(one) : validator.validateKeys(one);
  }

  /** The keys of its secrets, in order. */
  Set<String> secretKeys() {
    Set<String> secrets = new TreeSet<>();
    fields.values().stream().filter(FieldSpec::secret).forEach(spec -> secrets.add(spec.key()));
    return secrets;
  }

  /** The keys whose value is another than their default; of an untyped service all. */
  Set<String> setKeys(Map<String, ? extends @Nullable Object> config) {
    Set<String> set = new TreeSet<>();
    config.forEach(
        (key, value) -> {
          if (!defaults.containsKey(key) || !Objects.equals(defaults.get(key), value)) {
            set.add(key);
          }
        });
    return set;
  }

  /** Every key there may be a row for: those of the schema, or of an untyped service its own. */
  Collection<String> keys(Values stored) {
    return untyped() ? stored.map().keySet() : fields.keySet();
  }

  /**
   * What a search looks at: every key of the schema, and whatever else is in effect. Made anew only
   * where the keys are others than before; for any thread.
   */
  SearchText searchText(Values effective) {
    Searchable last = searchable;
    if (last == null || !last.effective().equals(effective)) {
      Set<String> keys = new TreeSet<>(fields.keySet());
      keys.addAll(effective.map().keySet());
      SearchText text =
          last != null && last.text().isOf(keys)
              ? last.text()
              : SearchText.of(keys.stream().map(key -> describe(key, null)).toList());
      last = new Searchable(effective, text);
      searchable = last;
    }
    return last.text();
  }

  /** What is known of a key of these settings; of an untyped service it is told by the value. */
  FieldSpec describe(String key, @Nullable Object value) {
    FieldSpec spec = fields.get(key);
    return spec != null
        ? spec
        : new FieldSpec(
            key,
            Scalars.typeOf(value),
            false,
            Complexity.ADVANCED,
            "",
            null,
            List.of(),
            null,
            Validation.NONE,
            false,
            null);
  }

  /** The rows of these keys; a key without a value has the row's value {@code null}. */
  List<Item> items(Values stored, Collection<String> keys) {
    List<Item> items = new ArrayList<>();
    for (String key : keys) {
      Object value = stored.get(key);
      items.add(new Item(describe(key, value), CanonicalJson.write(value)));
    }
    return items;
  }

  private static @Nullable FieldError untypedError(String key, @Nullable Object value) {
    if (!Names.isKey(key)) {
      return new FieldError(
          Scalars.showKey(key),
          "key: " + Scalars.showKey(key) + " (expected: " + Names.KEY_FORM + ")",
          "key");
    }
    if (!Scalars.scalar(value)) {
      return ErrorWords.error(
          key, value, "a string, a number, true or false", value == null ? "null" : "type");
    }
    if (value instanceof BigInteger) {
      return ErrorWords.beyondSafe(key, value);
    }
    return value instanceof String text && text.length() > ConfigValidator.MAX_TEXT
        ? ErrorWords.tooLong(key, text)
        : null;
  }
}
