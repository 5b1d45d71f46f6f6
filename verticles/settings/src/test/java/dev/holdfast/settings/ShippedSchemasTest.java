package dev.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.json.StrictJson;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.settings.SettingsVerticle.SchemaFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShippedSchemasTest {
  private static final Path FOLDER = Path.of("../../conf/schemas");

  @Test
  void compile_all_areSevenServicesThatCanBeSeeded() throws IOException {
    Map<String, CompiledSchema> schemas =
        SchemaBook.compile(files(SchemaOrigin.SHIPPED)).resolve(List.of());

    assertThat(schemas)
        .containsOnlyKeys(
            "camera",
            "llm-worker",
            "memory-worker",
            "router",
            "stt-worker",
            "tts-worker",
            "wake-activation");
    assertThat(schemas.values()).allMatch(CompiledSchema::seedable);
    List<FieldSpec> fields =
        schemas.values().stream().flatMap(schema -> schema.schema().fields().stream()).toList();
    assertThat(fields).hasSizeGreaterThanOrEqualTo(100);
    assertThat(fields).allMatch(field -> !field.description().isEmpty());
    assertThat(fields).anyMatch(FieldSpec::secret);
    assertThat(schemas.get("stt-worker").field("ws_url").nullable()).isTrue();
    assertThat(schemas.get("tts-worker").field("tts_wake_cache_dir").type())
        .isEqualTo(FieldType.PATH);
  }

  @Test
  void compile_examples_areLegalValues() throws IOException {
    for (CompiledSchema schema :
        SchemaBook.compile(files(SchemaOrigin.SHIPPED)).resolve(List.of()).values()) {
      Map<String, Object> properties = Scalars.object(document(schema).get("properties"));
      for (FieldSpec field : schema.schema().fields()) {
        Object examples = Scalars.object(properties.get(field.key())).get("examples");
        if (!field.secret() && examples instanceof List<?> list) {
          for (Object example : list) {
            Map<String, Object> config = new TreeMap<>(schema.defaults());
            config.put(field.key(), example);
            assertThat(schema.validate(config)).as(schema.service()).isEmpty();
          }
        }
      }
    }
  }

  @Test
  void compile_all_conformToTheMetaschema() throws IOException {
    assertThat(SchemaBook.compile(files(SchemaOrigin.DIRECTORY)).resolve(List.of())).hasSize(7);
  }

  private static List<SchemaFile> files(SchemaOrigin origin) throws IOException {
    List<SchemaFile> files = new ArrayList<>();
    try (Stream<Path> paths = Files.list(FOLDER)) {
      for (Path path : paths.sorted().toList()) {
        String name = String.valueOf(path.getFileName());
        files.add(new SchemaFile(name.replace(".json", ""), origin, name, Files.readString(path)));
      }
    }
    return files;
  }

  private static Map<String, Object> document(CompiledSchema schema) {
    return StrictJson.object(schema.schema().document().getBytes(StandardCharsets.UTF_8));
  }
}
