package dev.holdfast.app;

import dev.holdfast.files.Reasons;
import dev.holdfast.model.Nearest;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The manager's own settings as they stand in their three layers, read with vertx-config: the
 * process environment over the {@code .env} file over the defaults in {@code conf/}. A placeholder
 * counts as unset at the layer where it stands.
 */
final class Layers {
  private static final String DEFAULTS = "conf/holdfast.env";
  private static final String ENV_FILE = "./.env";
  private static final String ZERO_UUID = "00000000-0000-0000-0000-000000000000";

  private Layers() {}

  /**
   * What is set, strongest layer first, file forms read.
   *
   * @param values by the variable's name, known ones only
   * @param origins where each of them comes from
   * @param environment what else stands in the process environment and the {@code .env} file: the
   *     services' settings may draw on it
   * @param warnings for the log
   */
  record Settings(
      Map<String, String> values,
      Map<String, Origin> origins,
      Map<String, String> environment,
      List<String> warnings) {
    Settings {
      values = Map.copyOf(values);
      origins = Map.copyOf(origins);
      environment = Map.copyOf(environment);
      warnings = List.copyOf(warnings);
    }

    /** The {@code .env} file, whether or not it is there. */
    Path envFile() {
      return Path.of(values.getOrDefault(Variable.CONFIG_ENV_FILE.name(), ENV_FILE));
    }

    /** Without the values. */
    @Override
    public String toString() {
      return "Settings" + values.keySet();
    }
  }

  /** A layer, weakest first. */
  enum Layer {
    DEFAULTS,
    ENV_FILE,
    ENVIRONMENT
  }

  /**
   * Where a value comes from.
   *
   * @param layer the layer
   * @param file the file that the variable's file form names, or null where the value itself stands
   */
  record Origin(Layer layer, @Nullable Path file) {}

  /** Reads them all. Fails with a {@link StartFailure}. */
  static Future<Settings> read(Vertx vertx) {
    ConfigStoreOptions environment =
        new ConfigStoreOptions().setType("env").setConfig(new JsonObject().put("raw-data", true));
    return layer(vertx, environment)
        .compose(
            env -> {
              String envFile = envFile(env);
              return (Files.exists(Path.of(envFile))
                      ? layer(vertx, dotenv(envFile))
                      : Future.succeededFuture(Map.<String, String>of()))
                  .compose(
                      file -> vertx.executeBlocking(() -> merge(envFile, env, file, defaults())));
            });
  }

  /**
   * As {@link #read(Vertx)}, without Vert.x; blocks.
   *
   * @param environment the process environment
   * @throws StartFailure as that one fails
   */
  static Settings read(Map<String, String> environment) {
    String envFile = envFile(environment);
    return merge(envFile, environment, parse(envFile, envFileBytes(envFile)), defaults());
  }

  /** Of the class path: a store of vertx-config would go through the whole jar for it. */
  private static Map<String, String> defaults() {
    try (InputStream in = Layers.class.getClassLoader().getResourceAsStream(DEFAULTS)) {
      if (in == null) {
        throw StartFailure.other(DEFAULTS + " is missing in the jar");
      }
      return parse(DEFAULTS, in.readAllBytes());
    } catch (IOException e) {
      throw StartFailure.other(DEFAULTS + ": cannot be read: " + e.getMessage());
    }
  }

  private static byte[] envFileBytes(String envFile) {
    try {
      Path path = Path.of(envFile);
      return Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
    } catch (IOException e) {
      throw StartFailure.configuration(envFile + ": cannot be read: " + Reasons.of(e));
    }
  }

  private static Map<String, String> parse(String where, byte[] bytes) {
    Map<String, String> values = new TreeMap<>();
    Dotenv.parse(where, bytes).forEach((name, entry) -> values.put(name, entry.value()));
    return values;
  }

  private static String envFile(Map<String, String> environment) {
    String path = environment.getOrDefault(Variable.CONFIG_ENV_FILE.name(), "");
    return isPlaceholder(path) ? ENV_FILE : path;
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
    Map<String, Origin> origins = new TreeMap<>();
    Map<String, String> others = new TreeMap<>();
    Map<Layer, Map<String, String>> layers =
        Map.of(Layer.DEFAULTS, defaults, Layer.ENV_FILE, file, Layer.ENVIRONMENT, environment);
    for (Layer kind : Layer.values()) {
      Map<String, String> layer = layers.getOrDefault(kind, Map.of());
      for (Variable variable : Variable.values()) {
        String value = value(layer, variable);
        if (!isPlaceholder(value)) {
          values.put(variable.name(), value);
          String path = variable.secret() ? layer.getOrDefault(variable.fileForm(), "") : "";
          origins.put(
              variable.name(), new Origin(kind, isPlaceholder(path) ? null : Path.of(path)));
        }
      }
      layer.forEach(
          (name, value) -> {
            if (!isPlaceholder(value) && !Variable.isReserved(name)) {
              others.put(name, value);
            }
          });
    }
    values.put(Variable.CONFIG_ENV_FILE.name(), envFile);
    List<String> warnings = new ArrayList<>();
    warnings.addAll(unknown("environment", environment));
    warnings.addAll(unknown(envFile, file));
    return new Settings(values, origins, others, warnings);
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
