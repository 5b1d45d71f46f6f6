package dev.holdfast.storage;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.Values;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The JSON inside the columns. What is read has passed its row's checksum, so it is well-formed.
 */
final class StoredJson {
  private StoredJson() {}

  /** A value: String, Long, Double, Boolean or null. */
  static @Nullable Object value(String json) {
    return scalar(parse(json));
  }

  /** The settings of a service. */
  static Values values(String json) {
    Map<String, @Nullable Object> map = new TreeMap<>();
    if (parse(json) instanceof Map<?, ?> object) {
      object.forEach((key, value) -> map.put((String) key, scalar(value)));
    }
    return Values.of(map);
  }

  /** Names in order. */
  static String names(Collection<String> names) {
    return CanonicalJson.write(new ArrayList<>(new TreeSet<>(names)));
  }

  /** The names in such a text. */
  static Set<String> names(String json) {
    Set<String> names = new LinkedHashSet<>();
    if (parse(json) instanceof List<?> list) {
      list.forEach(name -> names.add((String) name));
    }
    return names;
  }

  private static @Nullable Object parse(String json) {
    return StrictJson.parseTrusted(json.getBytes(StandardCharsets.UTF_8));
  }

  /** A float of a size that is written without a fraction reads as a big integer. */
  private static @Nullable Object scalar(@Nullable Object value) {
    return value instanceof BigInteger big ? (Object) big.doubleValue() : value;
  }
}
