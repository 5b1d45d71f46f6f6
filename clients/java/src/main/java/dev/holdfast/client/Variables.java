package dev.holdfast.client;

import dev.holdfast.model.Names;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The environment variables that stand for {@link HoldfastOptions}. */
final class Variables {
  private Variables() {}

  /** The options that are set, by their names; may read files. */
  static JsonObject read(Map<String, String> environment) {
    Map<String, String> names =
        Map.ofEntries(
            Map.entry("HOLDFAST_URL", "url"),
            Map.entry("HOLDFAST_TOKEN", "token"),
            Map.entry("HOLDFAST_PUBLIC_KEY", "publicKeys"),
            Map.entry("HOLDFAST_MQTT_URL", "mqttUrl"),
            Map.entry("HOLDFAST_SSE", "sse"),
            Map.entry("HOLDFAST_BUS", "bus"),
            Map.entry("HOLDFAST_BUS_TOKEN", "busToken"),
            Map.entry("HOLDFAST_CA_FILE", "caFile"),
            Map.entry("HOLDFAST_CACHE_DIR", "cacheFolder"),
            Map.entry("HOLDFAST_CACHE_KEY_BASE64", "cacheKey"),
            Map.entry("HOLDFAST_INSTANCE", "instance"),
            Map.entry("HOLDFAST_REQUIRED", "required"),
            Map.entry("HOLDFAST_REGISTER_SCHEMAS", "registerSchemas"));
    JsonObject json = new JsonObject();
    names.forEach(
        (name, option) -> {
          String text = environment.get(name);
          if (text == null || text.isBlank()) {
            text = fromFile(name, environment.get(name + "_FILE"));
          }
          if (text != null && !text.isBlank()) {
            json.put(option, typed(name, option, text.strip()));
          }
        });
    return json;
  }

  private static Object typed(String name, String option, String text) {
    if (!Pattern.matches("sse|bus|required|registerSchemas", option)) {
      return text;
    }
    return switch (text) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new IllegalArgumentException(
              name + ": " + Names.printable(text) + " (expected: true or false)");
    };
  }

  private static @Nullable String fromFile(String name, @Nullable String path) {
    boolean mayBe = Pattern.matches(".*_(TOKEN|PUBLIC_KEY|MQTT_URL|CACHE_KEY_BASE64)", name);
    if (!mayBe || path == null || path.isBlank()) {
      return null;
    }
    try {
      return Files.readString(Path.of(path));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          name + "_FILE: cannot be read (expected: the path of a file with the value)", e);
    }
  }

  /** The name of this machine, or what stands for one that has none. */
  static String hostName() {
    String name;
    try {
      name = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      name = "localhost";
    }
    return HoldfastOptions.INSTANCE.matcher(name).matches() ? name : "localhost";
  }
}
