package dev.holdfast.app;

import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.settings.SettingsVerticle.SchemaFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the schema files: those shipped in the jar, and those in {@code CONFIG_SCHEMA_DIR}. */
final class SchemaFiles {
  private static final List<String> SHIPPED =
      List.of(
          "camera",
          "llm-worker",
          "memory-worker",
          "router",
          "stt-worker",
          "tts-worker",
          "wake-activation");

  private SchemaFiles() {}

  /**
   * All of them, unparsed; blocks.
   *
   * @param folder {@code CONFIG_SCHEMA_DIR}, or null
   * @throws StartFailure when the folder cannot be read
   */
  static List<SchemaFile> read(@Nullable Path folder) {
    List<SchemaFile> files = new ArrayList<>();
    for (String service : SHIPPED) {
      String where = "conf/schemas/" + service + ".json";
      try (InputStream in = SchemaFiles.class.getClassLoader().getResourceAsStream(where)) {
        if (in == null) {
          throw StartFailure.other(where + " is missing in the jar");
        }
        String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        files.add(new SchemaFile(service, SchemaOrigin.SHIPPED, where, json));
      } catch (IOException e) {
        throw StartFailure.other(where + ": cannot be read: " + e.getMessage());
      }
    }
    if (folder != null) {
      readFolder(folder, files);
    }
    return files;
  }

  private static void readFolder(Path folder, List<SchemaFile> files) {
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.sorted().toList()) {
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(".json") && Files.isRegularFile(path)) {
          String service = name.substring(0, name.length() - ".json".length());
          String json = Files.readString(path, StandardCharsets.UTF_8);
          files.add(new SchemaFile(service, SchemaOrigin.DIRECTORY, path.toString(), json));
        }
      }
    } catch (IOException e) {
      throw StartFailure.configuration(
          Variable.CONFIG_SCHEMA_DIR.name()
              + ": "
              + folder
              + " cannot be read (expected: a folder of <service>.json files in UTF-8)");
    }
  }
}
