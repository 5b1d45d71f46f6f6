package dev.holdfast.config;

import dev.holdfast.client.Settings;
import dev.holdfast.model.Names;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the settings of which service stand in the configuration.
 *
 * @param prefixes the services by prefix; the prefix of one that stands at the root is empty
 * @param flat whether a prefix is joined to each key by a dot, instead of naming an object
 * @param secrets whether secrets are wanted in clear
 */
record Mapping(Map<String, String> prefixes, boolean flat, boolean secrets) {
  private static final String FORM = "a name, or services: {prefix: name}";

  Mapping {
    prefixes = Map.copyOf(prefixes);
  }

  /**
   * Reads the members {@code service}, {@code services}, {@code flat} and {@code secrets}.
   *
   * @throws IllegalArgumentException that names the member and the legal form
   */
  static Mapping of(JsonObject json) {
    Map<String, String> prefixes = new LinkedHashMap<>();
    Object single = json.getValue("service");
    if (single != null) {
      prefixes.put("", name(single));
    }
    if (json.getValue("services") instanceof JsonObject several) {
      for (String prefix : several.fieldNames()) {
        if (!Names.isKey(prefix)) {
          throw new IllegalArgumentException(
              "services: prefix "
                  + Names.printable(prefix)
                  + " (expected: "
                  + Names.KEY_FORM
                  + ")");
        }
        prefixes.put(prefix, name(several.getValue(prefix)));
      }
    }
    if (prefixes.isEmpty()) {
      throw new IllegalArgumentException("service: missing (expected: " + FORM + ")");
    }
    return new Mapping(prefixes, json.getBoolean("flat", false), json.getBoolean("secrets", false));
  }

  /** The services, each once. */
  Collection<String> services() {
    return prefixes.values().stream().distinct().toList();
  }

  /** The configuration made of the settings of every service. */
  JsonObject configuration(Map<String, Settings> settings) {
    JsonObject whole = new JsonObject();
    prefixes.forEach(
        (prefix, service) -> {
          Settings of = settings.get(service);
          if (of == null) {
            return;
          }
          JsonObject into = whole;
          String before = "";
          if (!prefix.isEmpty() && flat) {
            before = prefix + ".";
          } else if (!prefix.isEmpty()) {
            into = new JsonObject();
            whole.put(prefix, into);
          }
          JsonObject target = into;
          String start = before;
          of.values().map().forEach((key, value) -> target.put(start + key, value));
          of.secrets().forEach((key, value) -> target.put(start + key, value.reveal()));
        });
    return whole;
  }

  private static String name(Object service) {
    if (service instanceof String text && Names.isService(text)) {
      return text;
    }
    throw new IllegalArgumentException(
        "service: "
            + Names.printable(String.valueOf(service))
            + " (expected: "
            + Names.SERVICE_FORM
            + ")");
  }
}
