package dev.holdfast.settings;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keywords of one property as they stand in the document. What is of the wrong kind becomes a
 * fault and reads as absent.
 */
final class PropertyNode {
  private final String key;
  private final Map<String, @Nullable Object> node;
  private final List<Fault> faults;

  PropertyNode(String key, Map<String, @Nullable Object> node, List<Fault> faults) {
    this.key = key;
    this.node = node;
    this.faults = faults;
  }

  String key() {
    return key;
  }

  Iterable<String> words() {
    return node.keySet();
  }

  boolean has(String word) {
    return node.containsKey(word);
  }

  @Nullable Object get(String word) {
    return node.get(word);
  }

  /** False where absent. */
  boolean flag(String word) {
    if (get(word) instanceof Boolean flag) {
      return flag;
    }
    wrong(word, "true or false");
    return false;
  }

  @Nullable String text(String word) {
    if (get(word) instanceof String text) {
      return text;
    }
    wrong(word, "a string");
    return null;
  }

  @Nullable List<?> list(String word) {
    if (get(word) instanceof List<?> list) {
      return list;
    }
    wrong(word, "a list");
    return null;
  }

  /** A whole number from 0. */
  @Nullable Long length(String word) {
    if (get(word) instanceof Long length && length >= 0) {
      return length;
    }
    wrong(word, "an integer, >= 0");
    return null;
  }

  /** A number; {@code whole}: a whole one that every JSON reader keeps exactly. */
  @Nullable Number number(String word, boolean whole) {
    Object value = get(word);
    if (value instanceof Number number && (!whole || value instanceof Long)) {
      return (Number) Scalars.normal(number);
    }
    wrong(word, whole ? "an integer within ±9007199254740991" : "a number");
    return null;
  }

  /** Adds a fault of this property, once. */
  void fault(String reason) {
    Fault fault = new Fault(key, reason);
    if (!faults.contains(fault)) {
      faults.add(fault);
    }
  }

  private void wrong(String word, String expected) {
    if (has(word)) {
      fault(word + ": " + Scalars.show(get(word)) + " (expected: " + expected + ")");
    }
  }
}
