package dev.holdfast.settings;

import dev.holdfast.json.StrictJson;
import dev.holdfast.model.SchemaOrigin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Texts in tests: JSON with single quotes. */
final class Json {
  private Json() {}

  static Map<String, Object> map(String text) {
    return StrictJson.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** A document with these properties. */
  static String schema(String properties) {
    return ("{'type':'object','properties':{" + properties + "}}").replace('\'', '"');
  }

  static CompiledSchema compile(String properties) {
    return compileDocument(schema(properties));
  }

  static CompiledSchema compileDocument(String document) {
    SchemaCompiler.Compiled compiled =
        new SchemaCompiler().compile("demo", SchemaOrigin.DIRECTORY, map(document));
    if (!compiled.faults().isEmpty()) {
      throw new AssertionError(compiled.faults());
    }
    return compiled.schema();
  }

  static List<String> faults(String document) {
    return new SchemaCompiler()
        .compile("demo", SchemaOrigin.DIRECTORY, map(document)).faults().stream()
            .map(Fault::toString)
            .toList();
  }
}
