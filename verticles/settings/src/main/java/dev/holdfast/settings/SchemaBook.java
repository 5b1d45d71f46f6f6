package dev.holdfast.settings;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.json.StrictJson;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.Names;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.settings.SettingsVerticle.SchemaFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that come from files, and how they stand against those that were registered. Of two
 * schemas of one service a file of the schema folder wins, then the registered one, then the
 * shipped one.
 */
final class SchemaBook {
  private final SchemaCompiler compiler = new SchemaCompiler();
  private final Map<String, CompiledSchema> shipped = new TreeMap<>();
  private final Map<String, CompiledSchema> directory = new TreeMap<>();
  private final Map<String, String> where = new TreeMap<>();

  private SchemaBook() {}

  /**
   * Compiles every file.
   *
   * @throws IllegalArgumentException with a line {@code file: key: reason} for every fault
   */
  static SchemaBook compile(List<SchemaFile> files) {
    SchemaBook book = new SchemaBook();
    List<String> lines = new ArrayList<>();
    files.forEach(file -> book.add(file, lines));
    book.checkEnvironment(lines);
    refuse(lines);
    return book;
  }

  /**
   * The schema of every service that has one.
   *
   * @throws IllegalArgumentException as {@link #compile} does, for what was registered
   */
  Map<String, CompiledSchema> resolve(List<SchemaWrite> registered) {
    Map<String, CompiledSchema> schemas = new TreeMap<>(shipped);
    List<String> lines = new ArrayList<>();
    for (SchemaWrite write : registered) {
      String service = write.service();
      if (write.origin() == SchemaOrigin.UNTYPED) {
        schemas.putIfAbsent(service, CompiledSchema.untyped(service));
      } else if (!directory.containsKey(service)) {
        CompiledSchema schema =
            compile(service, SchemaOrigin.REGISTERED, service, write.document(), lines);
        if (schema != null) {
          schemas.put(service, schema);
        }
      }
    }
    schemas.putAll(directory);
    refuse(lines);
    return schemas;
  }

  /** The schemas of the files: of the folder, and of the shipped ones that it does not replace. */
  Collection<CompiledSchema> ofFiles() {
    Map<String, CompiledSchema> files = new TreeMap<>(shipped);
    files.putAll(directory);
    return files.values();
  }

  /** Compiles a document that somebody registers. */
  SchemaCompiler.Compiled register(String service, Map<String, @Nullable Object> document) {
    return compiler.compile(service, SchemaOrigin.REGISTERED, document);
  }

  /** The file of the schema folder that holds the schema of a service, or null. */
  @Nullable String heldBy(String service) {
    return directory.containsKey(service) ? where.get(service) : null;
  }

  private void add(SchemaFile file, List<String> lines) {
    if (!Names.isService(file.service())) {
      lines.add(
          file.where()
              + ": service: "
              + Names.printable(file.service())
              + " (expected: "
              + Names.SERVICE_FORM
              + ")");
      return;
    }
    CompiledSchema schema =
        compile(file.service(), file.origin(), file.where(), file.json(), lines);
    if (schema != null) {
      boolean fromDirectory = file.origin() == SchemaOrigin.DIRECTORY;
      (fromDirectory ? directory : shipped).put(file.service(), schema);
      if (fromDirectory || !directory.containsKey(file.service())) {
        where.put(file.service(), file.where());
      }
    }
  }

  private @Nullable CompiledSchema compile(
      String service, SchemaOrigin origin, String file, String json, List<String> lines) {
    try {
      Map<String, @Nullable Object> document =
          StrictJson.object(json.getBytes(StandardCharsets.UTF_8));
      SchemaCompiler.Compiled compiled =
          origin == SchemaOrigin.DIRECTORY
              ? compiler.compile(service, origin, document)
              : compiler.compileTrusted(service, origin, document);
      compiled.faults().forEach(fault -> lines.add(file + ": " + fault));
      return compiled.schema();
    } catch (BusFailure e) {
      lines.add(file + ": document: " + e.detail());
      return null;
    }
  }

  /** No variable of the environment may stand for two settings. */
  private void checkEnvironment(List<String> lines) {
    Map<String, String> taken = new HashMap<>();
    ofFiles()
        .forEach(
            schema -> {
              String service = schema.service();
              for (FieldSpec field : schema.schema().fields()) {
                String name = field.envVar();
                String place = where.get(service) + ": " + field.key();
                String other = name == null ? null : taken.putIfAbsent(name, place);
                if (other != null) {
                  lines.add(
                      place
                          + ": the environment variable "
                          + name
                          + " is already that of "
                          + other
                          + " (expected: another x-env)");
                }
              }
            });
  }

  private static void refuse(List<String> lines) {
    if (!lines.isEmpty()) {
      throw new IllegalArgumentException("schemas with faults:\n  " + String.join("\n  ", lines));
    }
  }
}
