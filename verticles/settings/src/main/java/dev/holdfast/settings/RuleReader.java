package dev.holdfast.settings;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Checks the rules of a schema document that concern several settings ({@code required}, {@code
 * if}, {@code allOf} …): only keywords that the validator enforces, only keys that exist, only
 * references to {@code $defs} of the same document, and bounded work.
 */
final class RuleReader {
  /** How many subschemas one validation may have to look at. */
  static final int MAX_SUBSCHEMAS = 10_000;

  private static final String REF = "#/$defs/";

  private final Map<String, @Nullable Object> document;
  private final Set<String> keys;
  private final Set<String> secrets;
  private final List<Fault> faults;
  private final Deque<String> references = new ArrayDeque<>();
  private int seen;

  RuleReader(
      Map<String, @Nullable Object> document,
      Set<String> keys,
      Set<String> secrets,
      List<Fault> faults) {
    this.document = document;
    this.keys = keys;
    this.secrets = secrets;
    this.faults = faults;
  }

  /** Checks them all, and adds what is wrong to the faults. */
  void read() {
    int before = faults.size();
    rules(document, "");
    Scalars.object(document.get("$defs")).forEach((name, node) -> subschema(node, "$defs/" + name));
    if (faults.size() == before) {
      expand(document);
    }
  }

  private void subschema(@Nullable Object node, String at) {
    if (node instanceof Boolean) {
      return;
    }
    if (!(node instanceof Map<?, ?>)) {
      faults.add(new Fault(at, Scalars.show(node) + " (expected: a schema)"));
      return;
    }
    Map<String, @Nullable Object> map = Scalars.object(node);
    for (String word : map.keySet()) {
      if (!Keywords.SUBSCHEMA.contains(word)) {
        faults.add(new Fault(at, Keywords.unknown("keyword", word, Keywords.SUBSCHEMA)));
      }
    }
    if (map.containsKey("$ref") && !(map.get("$ref") instanceof String ref && defined(ref))) {
      faults.add(
          new Fault(
              at, "$ref: " + Scalars.show(map.get("$ref")) + " (expected: one of #/$defs/…)"));
    }
    if (map.get("pattern") instanceof String pattern) {
      try {
        BoundedRegex.compile(pattern);
      } catch (PatternSyntaxException e) {
        faults.add(new Fault(at, "pattern: " + Scalars.show(pattern) + " is no pattern"));
      }
    }
    Scalars.object(map.get("properties"))
        .forEach(
            (key, value) -> {
              known(key, at + "/properties");
              subschema(value, at + "/properties/" + key);
            });
    rules(map, at + "/");
  }

  /** What stands at the top and in a subschema alike. */
  private void rules(Map<String, @Nullable Object> map, String at) {
    for (String word : Keywords.ONE) {
      if (map.containsKey(word)) {
        subschema(map.get(word), at + word);
      }
    }
    if (map.containsKey("propertyNames")) {
      subschema(map.get("propertyNames"), at + "propertyNames");
    }
    for (String word : Keywords.LISTS) {
      if (map.get(word) instanceof List<?> list && !list.isEmpty()) {
        for (int i = 0; i < list.size(); i++) {
          subschema(list.get(i), at + word + "/" + i);
        }
      } else if (map.containsKey(word)) {
        faults.add(new Fault(at + word, "expected a list of schemas"));
      }
    }
    if ((map.containsKey("then") || map.containsKey("else")) && !map.containsKey("if")) {
      faults.add(new Fault(at + "then", "there is no if"));
    }
    names(map.get("required"), map.containsKey("required"), at + "required");
    Scalars.object(map.get("dependentRequired"))
        .forEach(
            (key, list) -> {
              known(key, at + "dependentRequired");
              names(list, true, at + "dependentRequired/" + key);
            });
    Scalars.object(map.get("dependentSchemas"))
        .forEach(
            (key, node) -> {
              known(key, at + "dependentSchemas");
              subschema(node, at + "dependentSchemas/" + key);
            });
    for (String word : List.of("dependentRequired", "dependentSchemas", "$defs", "properties")) {
      if (map.containsKey(word) && !(map.get(word) instanceof Map<?, ?>)) {
        faults.add(new Fault(at + word, "expected an object"));
      }
    }
  }

  private void names(@Nullable Object value, boolean given, String at) {
    if (!given) {
      return;
    }
    if (!(value instanceof List<?> list)) {
      faults.add(new Fault(at, Scalars.show(value) + " (expected: a list of keys)"));
      return;
    }
    for (Object name : list) {
      if (name instanceof String key) {
        known(key, at);
        if (secrets.contains(key)) {
          faults.add(
              new Fault(
                  at, key + " is a secret (expected: other keys; a secret is set by itself)"));
        }
      } else {
        faults.add(new Fault(at, Scalars.show(name) + " (expected: a key)"));
      }
    }
  }

  private void known(String key, String at) {
    if (!keys.contains(key)) {
      faults.add(new Fault(at, Keywords.unknown("key", key, keys)));
    }
  }

  private boolean defined(String ref) {
    return ref.startsWith(REF)
        && Scalars.object(document.get("$defs")).containsKey(ref.substring(REF.length()));
  }

  /** Walks as the validator does, references resolved; stops at a circle and at the bound. */
  private boolean expand(@Nullable Object node) {
    if (!(node instanceof Map<?, ?>)) {
      return true;
    }
    if (++seen > MAX_SUBSCHEMAS) {
      faults.add(new Fault("$defs", "more than " + MAX_SUBSCHEMAS + " subschemas to look at"));
      return false;
    }
    Map<String, @Nullable Object> map = Scalars.object(node);
    for (@Nullable Object child : children(map)) {
      if (!expand(child)) {
        return false;
      }
    }
    if (!(map.get("$ref") instanceof String ref)) {
      return true;
    }
    if (references.contains(ref)) {
      faults.add(new Fault("$defs", Scalars.show(ref) + " refers to itself"));
      return false;
    }
    references.push(ref);
    boolean bounded =
        expand(Scalars.object(document.get("$defs")).get(ref.substring(REF.length())));
    references.pop();
    return bounded;
  }

  private static Collection<@Nullable Object> children(Map<String, @Nullable Object> map) {
    List<@Nullable Object> children = new ArrayList<>();
    Keywords.ONE.forEach(word -> children.add(map.get(word)));
    children.add(map.get("propertyNames"));
    for (String word : Keywords.LISTS) {
      if (map.get(word) instanceof List<?> list) {
        children.addAll(list);
      }
    }
    children.addAll(Scalars.object(map.get("properties")).values());
    children.addAll(Scalars.object(map.get("dependentSchemas")).values());
    return children;
  }
}
