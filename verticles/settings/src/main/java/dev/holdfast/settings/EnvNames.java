package dev.holdfast.settings;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of the environment's variables that may hold a setting. */
final class EnvNames {
  /** The legal form of {@code x-env}. */
  static final String FORM = "^[A-Za-z_][A-Za-z0-9_]*$";

  private static final Pattern LEGAL = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final List<String> RESERVED =
      List.of("CONFIG_", "LKG_", "LITESTREAM_", "MQTT_", "REBUILD_", "ALLOW_AUTO_REBUILD");

  private EnvNames() {}

  /** Whether the manager keeps this name for its own settings. */
  static boolean reserved(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return RESERVED.stream().anyMatch(upper::startsWith);
  }

  /** What is wrong with a name given as {@code x-env}, or null. */
  static @Nullable String fault(String name) {
    if (!LEGAL.matcher(name).matches()) {
      return "x-env: " + Scalars.show(name) + " (expected: " + FORM + ")";
    }
    return reserved(name)
        ? "x-env: "
            + name
            + " (expected: no name of the manager's own settings: "
            + String.join("…, ", RESERVED)
            + ")"
        : null;
  }

  /** The name made of service and key, or null where the manager keeps that name. */
  static @Nullable String derived(String service, String key) {
    String name = (service + "_" + key).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    return reserved(name) ? null : name;
  }
}
