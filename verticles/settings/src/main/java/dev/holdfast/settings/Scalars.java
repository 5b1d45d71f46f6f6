package dev.holdfast.settings;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.Names;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values as they come out of JSON. */
final class Scalars {
  private Scalars() {}

  /**
   * The one form of a number: a Long where it is whole and within ±(2⁵³−1), else a Double. Anything
   * else is given back as it is.
   */
  static @Nullable Object normal(@Nullable Object value) {
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof BigInteger || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      if (number == Math.rint(number) && Math.abs(number) <= StrictJson.MAX_SAFE_INTEGER) {
        return (long) number;
      }
      return number;
    }
    return value;
  }

  /** All of a map in normal form. */
  static Map<String, @Nullable Object> normal(Map<String, ? extends @Nullable Object> map) {
    Map<String, @Nullable Object> normal = new TreeMap<>();
    map.forEach((key, value) -> normal.put(key, normal(value)));
    return normal;
  }

  /** Whether it is a whole number that not every JSON reader keeps exactly. */
  static boolean beyondSafe(@Nullable Object value) {
    return value instanceof BigInteger
        || (value instanceof Double number
            && number == Math.rint(number)
            && Math.abs(number) > StrictJson.MAX_SAFE_INTEGER);
  }

  /** Whether it is a text, a number or a truth value. */
  static boolean scalar(@Nullable Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean;
  }

  /** The type of a value that no schema describes. */
  static FieldType typeOf(@Nullable Object value) {
    if (value instanceof Long) {
      return FieldType.INTEGER;
    }
    if (value instanceof Double) {
      return FieldType.FLOAT;
    }
    return value instanceof Boolean ? FieldType.BOOLEAN : FieldType.STRING;
  }

  /** A value for a message: short, printable, quoted where it is a text. */
  static String show(@Nullable Object value) {
    if (value instanceof String text) {
      return Names.printable(text);
    }
    if (value instanceof Map<?, ?>) {
      return "an object";
    }
    if (value instanceof List<?>) {
      return "a list";
    }
    if (value instanceof BigInteger number) {
      String digits = number.toString();
      return digits.length() > 40 ? digits.substring(0, 40) + "…" : digits;
    }
    return CanonicalJson.write(value);
  }

  /** A key for a message: as it is where it is legal, else short and quoted. */
  static String showKey(String key) {
    return Names.isKey(key) ? key : Names.printable(key);
  }

  /** A JSON object as a map, empty where it is none. */
  static Map<String, @Nullable Object> object(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      @SuppressWarnings("unchecked") // the JSON reader builds maps with string keys only
      Map<String, @Nullable Object> object = (Map<String, @Nullable Object>) map;
      return object;
    }
    return Collections.emptyMap();
  }
}
