package dev.holdfast.app;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The manager's own settings, typed. Keys are not among them: they go straight to the crypto room.
 *
 * @param databasePath the SQLite file
 * @param lkgPath the last-known-good cache
 * @param epochPath the health and epoch file
 * @param lkgMinIntervalMillis least time between two cache writes
 * @param schemaDir folder of schema files over the shipped ones, or null
 * @param mqttUrl the broker, or null for the embedded one
 * @param embeddedHost where the embedded broker listens
 * @param embeddedPort its port
 * @param host where HTTP listens
 * @param port its port
 * @param logLevel a level of Logback
 * @param apiTokens entries of {@code CONFIG_API_TOKENS}
 */
record ManagerSettings(
    Path databasePath,
    Path lkgPath,
    Path epochPath,
    long lkgMinIntervalMillis,
    @Nullable Path schemaDir,
    @Nullable String mqttUrl,
    String embeddedHost,
    int embeddedPort,
    String host,
    int port,
    String logLevel,
    List<String> apiTokens) {
  private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

  ManagerSettings {
    apiTokens = List.copyOf(apiTokens);
  }

  /**
   * Types the values.
   *
   * @throws StartFailure that names the variable and the expected form, never the value
   */
  static ManagerSettings of(Map<String, String> values) {
    for (Variable later :
        List.of(
            Variable.CONFIG_DB_URL,
            Variable.CONFIG_MANAGER_TLS_CERT,
            Variable.CONFIG_MANAGER_TLS_KEY)) {
      if (values.containsKey(later.name())) {
        throw StartFailure.configuration(
            later.name() + " is reserved and has no effect in this version (expected: unset)");
      }
    }
    Path database = path(values, Variable.CONFIG_DB_PATH);
    return new ManagerSettings(
        database,
        beside(values, Variable.CONFIG_LKG_CACHE_PATH, database, "config.lkg.json"),
        beside(values, Variable.CONFIG_EPOCH_PATH, database, "health+epoch.json"),
        number(values, Variable.CONFIG_LKG_MIN_INTERVAL_MS, 0, 86_400_000),
        values.containsKey(Variable.CONFIG_SCHEMA_DIR.name())
            ? path(values, Variable.CONFIG_SCHEMA_DIR)
            : null,
        values.get(Variable.MQTT_URL.name()),
        text(values, Variable.CONFIG_EMBEDDED_MQTT_HOST),
        (int) number(values, Variable.CONFIG_EMBEDDED_MQTT_PORT, 1, 65_535),
        text(values, Variable.CONFIG_MANAGER_HOST),
        (int) number(values, Variable.CONFIG_MANAGER_PORT, 1, 65_535),
        level(values),
        Arrays.stream(values.getOrDefault(Variable.CONFIG_API_TOKENS.name(), "").split(","))
            .map(String::strip)
            .toList());
  }

  /** The files whose presence means that there is data here. */
  List<Path> dataFiles() {
    return List.of(databasePath, lkgPath, epochPath);
  }

  @Override
  public String toString() {
    return "ManagerSettings[databasePath=" + databasePath + ", port=" + port + ", …]";
  }

  private static String text(Map<String, String> values, Variable variable) {
    String value = values.get(variable.name());
    if (value == null) {
      throw StartFailure.configuration(variable.name() + " is not set");
    }
    return value.strip();
  }

  private static Path path(Map<String, String> values, Variable variable) {
    try {
      return Path.of(text(values, variable)).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw StartFailure.configuration(variable.name() + ": malformed (expected: a path)");
    }
  }

  private static Path beside(
      Map<String, String> values, Variable variable, Path database, String name) {
    return values.containsKey(variable.name())
        ? path(values, variable)
        : database.resolveSibling(name);
  }

  private static long number(Map<String, String> values, Variable variable, long min, long max) {
    String text = text(values, variable);
    if (text.matches("[0-9]{1,12}")) {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw StartFailure.configuration(
        variable.name() + ": malformed (expected: a whole number, " + min + " to " + max + ")");
  }

  private static String level(Map<String, String> values) {
    String level = text(values, Variable.CONFIG_MANAGER_LOG_LEVEL).toUpperCase(Locale.ROOT);
    if (!LEVELS.contains(level)) {
      throw StartFailure.configuration(
          Variable.CONFIG_MANAGER_LOG_LEVEL.name()
              + ": malformed (expected: one of "
              + String.join(", ", LEVELS)
              + ")");
    }
    return level;
  }
}
