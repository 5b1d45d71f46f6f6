package dev.holdfast.app;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --env-file}, for the commands that work without the manager. */
final class EnvFileOption {
  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description = "The .env file. Default: what CONFIG_ENV_FILE names, else ./.env")
  private @Nullable String envFile;

  /** The layers as the manager would read them now; blocks. */
  Layers.Settings read(Map<String, String> environment) {
    Map<String, String> with = new HashMap<>(environment);
    if (envFile != null) {
      with.put(Variable.CONFIG_ENV_FILE.name(), envFile);
    }
    return Layers.read(with);
  }
}
