package dev.holdfast.app;

import dev.holdfast.messages.storage.Stored;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.settings.SettingsVerticle;
import dev.holdfast.settings.SettingsVerticle.SchemaFile;
import dev.holdfast.settings.SettingsVerticle.Trial;
import dev.holdfast.storage.StorageVerticle;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast schema}. */
@Command(name = "schema", mixinStandardHelpOptions = true, description = "Tries schema files.")
final class SchemaCommand {
  private final Map<String, String> environment;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli fills the fields
  SchemaCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** {@code holdfast schema check}. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Tells what a start with these schema files would do to the settings that are stored.",
        "Alters nothing. Exit code 1: the start would be refused, or serve them read-only."
      })
  int check(
      @Mixin EnvFileOption envFile,
      @Option(
              names = "--dir",
              required = true,
              paramLabel = "DIR",
              description = "The folder that CONFIG_SCHEMA_DIR is to name")
          Path folder) {
    Layers.Settings settings = envFile.read(environment);
    ManagerSettings typed = ManagerSettings.of(settings.values());
    if (!Files.isDirectory(folder)) {
      throw StartFailure.configuration(
          "--dir: " + folder + " cannot be read (expected: a folder of <service>.json files)");
    }
    List<SchemaFile> files = SchemaFiles.read(folder);
    Path database = typed.databasePath();
    boolean exists = Files.exists(database, LinkOption.NOFOLLOW_LINKS);
    Stored stored = exists ? StorageVerticle.stored(database, false) : null;
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "Schema files in "
            + folder
            + ": "
            + files.stream().filter(file -> file.origin() == SchemaOrigin.DIRECTORY).count());
    Trial trial = tryOn(settings, typed, files, stored);
    tell(out, database, trial, stored != null);
    return trial.fault() == null && trial.breaks().isEmpty() ? 0 : 1;
  }

  private static Trial tryOn(
      Layers.Settings settings,
      ManagerSettings typed,
      List<SchemaFile> files,
      @Nullable Stored stored) {
    SettingsVerticle.Options options =
        new SettingsVerticle.Options(
            files,
            settings.environment(),
            typed.keeping().graceMinutes(),
            typed.keeping().backupRetentionHours());
    try (CommandRooms rooms =
        stored == null ? CommandRooms.none() : CommandRooms.crypto(settings.values())) {
      return rooms.await(SettingsVerticle.tryOn(rooms.vertx(), options, stored));
    }
  }

  private static void tell(PrintWriter out, Path database, Trial trial, boolean withDatabase) {
    if (trial.fault() != null) {
      out.println(trial.fault());
      out.println("A start with these would be refused");
      return;
    }
    if (!trial.breaks().isEmpty()) {
      out.println("What is stored no longer fits the schemas:");
      trial.breaks().forEach(line -> out.println("  " + line));
      out.println("A start with these would be in schema-mismatch, read-only");
      return;
    }
    if (!withDatabase) {
      out.println("There is no database at " + database + ": the files alone were checked");
      out.println("No fault");
      return;
    }
    out.println(
        trial.sameModel()
            ? "The schemas are those of the database"
            : "The schemas are others than those of the database: they get a new version");
    if (trial.changes().isEmpty()) {
      out.println("No service changes");
    } else {
      out.println("Services that change:");
      trial.changes().forEach(line -> out.println("  " + line));
    }
    out.println("Compatible");
  }
}
