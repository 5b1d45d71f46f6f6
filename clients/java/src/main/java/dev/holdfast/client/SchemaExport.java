package dev.holdfast.client;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the schemas of settings records into files, so that a build can hand them to the manager
 * ({@code CONFIG_SCHEMA_DIR}) and a service needs no right to register them.
 *
 * <pre>{@code
 * java -cp app.jar:… dev.holdfast.client.SchemaExport target/schemas com.example.MyServiceConfig
 * }</pre>
 *
 * <p>The files are those that {@link HoldfastOptions#setRegisterSchemas registering} sends, and the
 * same for the same records on every machine. Either all are written or, where a class is at fault,
 * none.
 */
public final class SchemaExport {
  /** {@code EX_USAGE}, {@code EX_DATAERR} and {@code EX_CANTCREAT} of BSD's sysexits. */
  static final int USAGE = 64;

  static final int FAULTY_CLASS = 65;
  static final int NOT_WRITTEN = 73;

  private SchemaExport() {}

  /**
   * Writes {@code <service>.json} for each class. Returns when it is done; ends the process with 64
   * for too few arguments, 65 for a class that is missing or no settings record, 73 for a file that
   * cannot be written.
   *
   * @param arguments the folder, made where it is missing, and one or more binary names of classes
   */
  public static void main(String[] arguments) {
    int status = run(arguments, System.out, System.err);
    if (status != 0) {
      System.exit(status);
    }
  }

  static int run(String[] arguments, PrintStream out, PrintStream errors) {
    if (arguments.length < 2) {
      errors.println("usage: SchemaExport FOLDER CLASS...");
      return USAGE;
    }
    Map<String, String> schemas;
    try {
      schemas = schemas(Arrays.asList(arguments).subList(1, arguments.length));
    } catch (IllegalArgumentException e) {
      errors.println(e.getMessage());
      return FAULTY_CLASS;
    }
    Path folder = Path.of(arguments[0]);
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> schema : schemas.entrySet()) {
        Path file = folder.resolve(schema.getKey() + ".json");
        Files.writeString(file, schema.getValue());
        out.println(file);
      }
      return 0;
    } catch (IOException e) {
      errors.println(folder + ": not written (" + e + ")");
      return NOT_WRITTEN;
    }
  }

  /**
   * The text of each file by the service's name.
   *
   * @throws IllegalArgumentException that names the class and what about it is wrong
   */
  private static Map<String, String> schemas(List<String> names) {
    Map<String, String> schemas = new TreeMap<>();
    for (String name : names) {
      RecordShape<?> shape = shape(name);
      // The line breaks of this machine stand between members only: in a text they are escaped.
      String text = shape.schema().encodePrettily().replace("\r\n", "\n") + "\n";
      if (schemas.put(shape.service(), text) != null) {
        throw new IllegalArgumentException(
            name + ": " + shape.service() + " twice (expected: each service once)");
      }
    }
    return schemas;
  }

  private static RecordShape<?> shape(String name) {
    Class<?> type;
    try {
      type = Class.forName(name, false, SchemaExport.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IllegalArgumentException(
          name + ": no such class (expected: a binary name on the class path, such as a.b.C$D)", e);
    }
    if (!type.isRecord()) {
      throw new IllegalArgumentException(
          name + ": no record (expected: a record with @ServiceConfig)");
    }
    return RecordShape.of(type.asSubclass(Record.class));
  }
}
