package dev.holdfast.model;

import static java.util.Objects.requireNonNull;

import dev.holdfast.json.CanonicalJson;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Settings by key: an immutable map in order of the keys together with its canonical text, which is
 * made once and used in every place that needs these settings as bytes.
 *
 * @param map each value a String, Long, Double, Boolean or null
 * @param canonical the RFC 8785 text of {@code map}
 */
public record Values(Map<String, @Nullable Object> map, String canonical) {
  /** No settings. */
  public static final Values EMPTY = of(Map.of());

  public Values {
    requireNonNull(map, "map");
    requireNonNull(canonical, "canonical");
  }

  /** A copy of these settings. */
  public static Values of(Map<String, ? extends @Nullable Object> map) {
    Map<String, @Nullable Object> sorted = Collections.unmodifiableMap(new TreeMap<>(map));
    return new Values(sorted, CanonicalJson.write(sorted));
  }

  /** The value of a key; null where it is null or absent. */
  public @Nullable Object get(String key) {
    return map.get(key);
  }

  /** Whether there is such a key. */
  public boolean has(String key) {
    return map.containsKey(key);
  }
}
