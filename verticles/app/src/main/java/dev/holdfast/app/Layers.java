package dev.holdfast.app;

import dev.holdfast.model.Nearest;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The manager's own settings as they stand in their three layers, read with vertx-config: the
 * process environment over the {@code .env} file over the defaults in {@code conf/}. A placeholder
 * counts as unset at the layer where it stands.
 */
final class Layers {
  private static final String DEFAULTS = "conf/holdfast.env";
  private static final String ZERO_UUID = "00000000-0000-0000-0000-000000000000";

  private Layers() {}

  /**
   * What is set, strongest layer first, file forms read.
   *
   * @param values by the variable's name, known ones only
   * @param warnings for the log
   */
  record Settings(Map<String, String> values, List<String> warnings) {
    Settings {
      values = Map.copyOf(values);
      warnings = List.copyOf(warnings);
    }
  }

  /** Reads them all. Fails with a {@link StartFailure}. */
  static Future<Settings> read(Vertx vertx) {
    ConfigStoreOptions environment =
        new ConfigStoreOptions().setType("env").setConfig(new JsonObject().put("raw-data", true));
    return layer(vertx, environment)
        .compose(
            env -> {
              String envFile = env.getOrDefault(Variable.CONFIG_ENV_FILE.name(), "./.env");
              return layer(vertx, dotenv(DEFAULTS))
                  .compose(
                      defaults ->
                          (Files.exists(Path.of(envFile))
                                  ? layer(vertx, dotenv(envFile))
                                  : Future.succeededFuture(Map.<String, String>of()))
                              .compose(
                                  file ->
                                      vertx.executeBlocking(
                                          () -> merge(envFile, env, file, defaults))));
            });
  }

  private static ConfigStoreOptions dotenv(String path) {
    return new ConfigStoreOptions()
        .setType("file")
        .setFormat(DotenvProcessor.FORMAT)
        .setConfig(new JsonObject().put("path", path).put(DotenvProcessor.WHERE, path));
  }

  private static Future<Map<String, String>> layer(Vertx vertx, ConfigStoreOptions store) {
    ConfigRetriever retriever =
        ConfigRetriever.create(
            vertx, new ConfigRetrieverOptions().setScanPeriod(-1).addStore(store));
    return retriever
        .getConfig()
        .map(
            json -> {
              Map<String, String> values = new TreeMap<>();
              json.forEach(entry -> values.put(entry.getKey(), String.valueOf(entry.getValue())));
              return values;
            })
        .eventually(retriever::close)
        .recover(failure -> Future.failedFuture(startFailure(store, failure)));
  }

  private static Throwable startFailure(ConfigStoreOptions store, Throwable failure) {
    return failure instanceof StartFailure
        ? failure
        : StartFailure.configuration(
            store.getConfig().getString("path", "environment")
                + ": cannot be read: "
                + failure.getMessage());
  }

  /** Puts the layers over each other; blocks on file forms. */
  static Settings merge(
      String envFile,
      Map<String, String> environment,
      Map<String, String> file,
      Map<String, String> defaults) {
    Map<String, String> values = new TreeMap<>();
    for (Map<String, String> layer : List.of(defaults, file, environment)) {
      for (Variable variable : Variable.values()) {
        String value = value(layer, variable);
        if (!isPlaceholder(value)) {
          values.put(variable.name(), value);
        }
      }
    }
    values.put(Variable.CONFIG_ENV_FILE.name(), envFile);
    List<String> warnings = new ArrayList<>();
    warnings.addAll(unknown("environment", environment));
    warnings.addAll(unknown(envFile, file));
    return new Settings(values, warnings);
  }

  private static String value(Map<String, String> layer, Variable variable) {
    String value = layer.getOrDefault(variable.name(), "");
    String path = layer.getOrDefault(variable.fileForm(), "");
    if (!variable.secret() || isPlaceholder(path)) {
      return value;
    }
    if (!isPlaceholder(value)) {
      throw StartFailure.configuration(
          variable.name() + " and " + variable.fileForm() + " are both set (expected: one)");
    }
    try {
      return Files.readString(Path.of(path), StandardCharsets.UTF_8).strip();
    } catch (IOException | RuntimeException e) {
      throw StartFailure.configuration(
          variable.fileForm() + ": cannot be read (expected: the path of a readable text file)");
    }
  }

  /** Whether a value counts as unset: blank, {@code CHANGEME…}, the all-zero UUID. */
  static boolean isPlaceholder(String value) {
    return value.isBlank()
        || value.strip().toUpperCase(Locale.ROOT).startsWith("CHANGEME")
        || value.strip().equals(ZERO_UUID);
  }

  private static List<String> unknown(String where, Map<String, String> layer) {
    List<String> warnings = new ArrayList<>();
    for (String name : layer.keySet()) {
      if (name.startsWith("CONFIG_") && !Variable.isKnown(name)) {
        String near = Nearest.to(name, Variable.names());
        warnings.add(
            where
                + ": "
                + name
                + " is not a setting of the manager"
                + (near == null ? "" : "; did you mean " + near + "?"));
      }
    }
    return warnings;
  }
}
