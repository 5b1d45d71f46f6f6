package dev.holdfast.bench;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Values;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Settings of a service and the schema they are legal under; a fifth of them are texts. */
public final class Sample {
  /** Its name. */
  public static final String SERVICE = "stt-worker";

  /** The epoch of the database. */
  public static final String EPOCH = "4b0c7c0e-6f4e-4d0e-9a44-4a6b6ad5b2f1";

  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final String WORDS = "the quick brown fox jumps over the lazy dog ";

  private Sample() {}

  /** The settings, as the JSON reader gives them. */
  public static Map<String, Object> config(Size size) {
    Map<String, Object> config = new TreeMap<>();
    for (int i = 0; i < size.keys(); i++) {
      config.put(
          key(i),
          switch (i % 5) {
            case 0 -> "";
            case 1 -> (long) i;
            case 2 -> i + 0.25;
            case 3 -> i % 2 == 0;
            default -> "second";
          });
    }
    int room = size.bytes() - CanonicalJson.write(config).length();
    int length = room / ((size.keys() + 4) / 5);
    String text = WORDS.repeat(length / WORDS.length() + 1).substring(0, length);
    config.replaceAll((key, value) -> value.equals("") ? text : value);
    return config;
  }

  /** The body of a request with them. */
  public static byte[] body(Size size) {
    return CanonicalJson.write(config(size)).getBytes(StandardCharsets.UTF_8);
  }

  /** The schema document, as the JSON reader gives it. */
  public static Map<String, Object> schema(Size size) {
    Map<String, Object> properties = new TreeMap<>();
    for (int i = 0; i < size.keys(); i++) {
      Map<String, Object> property =
          new TreeMap<>(
              switch (i % 5) {
                case 0 -> Map.of("type", "string", "maxLength", 200_000L, "pattern", "^[a-z ]*$");
                case 1 -> Map.of("type", "integer", "minimum", 0L, "maximum", 1_000L);
                case 2 -> Map.of("type", "number", "minimum", 0L, "maximum", 1_000L);
                case 3 -> Map.of("type", "boolean");
                default -> Map.of("type", "string", "enum", List.of("first", "second", "third"));
              });
      property.put("description", "What setting " + i + " is for, in the length of a line");
      property.put("x-help", "More of it, for who wants to know: " + WORDS);
      properties.put(key(i), property);
    }
    return Map.of("type", "object", "additionalProperties", false, "properties", properties);
  }

  /** A state of a service, all of its settings set by somebody. */
  public static ServiceSnapshot snapshot(
      String service, long version, Map<String, Object> config, ServiceSchema schema) {
    return new ServiceSnapshot(
        service,
        version,
        version,
        EPOCH,
        AT,
        "operator",
        Values.of(config),
        new TreeSet<>(config.keySet()),
        schema);
  }

  /** Ends a benchmark whose work does not do what it is measured for. */
  public static void check(boolean right, String what) {
    if (!right) {
      throw new IllegalStateException(what);
    }
  }

  /** A copy of a document as a request brings it: read from JSON. */
  public static Map<String, Object> read(Map<String, Object> document) {
    Map<String, Object> copy = new TreeMap<>();
    StrictJson.object(CanonicalJson.write(document).getBytes(StandardCharsets.UTF_8))
        .forEach((key, value) -> copy.put(key, value == null ? "" : value));
    return copy;
  }

  private static String key(int i) {
    return "setting_%03d".formatted(i);
  }
}
