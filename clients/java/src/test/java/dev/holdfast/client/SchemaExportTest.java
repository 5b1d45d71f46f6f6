package dev.holdfast.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import jakarta.validation.constraints.Max;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaExportTest {
  @ServiceConfig("lamp")
  record Lamp(@Setting("How bright") @Max(100) @DefaultValue("50") int brightness) {}

  @ServiceConfig("lamp")
  record OtherLamp(boolean on) {}

  @ServiceConfig("door")
  record Door(boolean locked) {}

  record Plain(boolean on) {}

  @TempDir Path temporary;
  private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @BeforeEach
  void nameFolder() {
    folder = temporary.resolve("made/schemas");
  }

  @Test
  void run_records_writesWhatRegisteringSends() throws Exception {
    assertThat(run(folder, Lamp.class, Door.class)).isZero();

    String text = Files.readString(folder.resolve("lamp.json"));
    assertThat(new JsonObject(text)).isEqualTo(RecordShape.of(Lamp.class).schema());
    assertThat(text).endsWith("}\n").doesNotEndWith("\n\n").contains("\n  \"title\"");
    assertThat(folder.resolve("door.json")).exists();
    assertThat(out.toString(UTF_8)).contains("lamp.json", "door.json");
    assertThat(errors.toString(UTF_8)).isEmpty();
  }

  @Test
  void run_again_writesTheSameBytes() throws Exception {
    run(folder, Lamp.class);
    final byte[] first = Files.readAllBytes(folder.resolve("lamp.json"));
    run(folder, Lamp.class);
    assertThat(Files.readAllBytes(folder.resolve("lamp.json"))).isEqualTo(first);
  }

  @Test
  void run_tooFewArguments_saysHowItIsUsed() {
    assertThat(run(folder)).isEqualTo(SchemaExport.USAGE);
    assertThat(errors.toString(UTF_8)).startsWith("usage: ");
  }

  @Test
  void run_classAtFault_namesItAndWritesNothing() {
    assertThat(names("com.example.Missing")).isEqualTo(SchemaExport.FAULTY_CLASS);
    assertThat(run(folder, Lamp.class, Plain.class)).isEqualTo(SchemaExport.FAULTY_CLASS);
    assertThat(run(folder, String.class)).isEqualTo(SchemaExport.FAULTY_CLASS);
    assertThat(run(folder, Lamp.class, OtherLamp.class)).isEqualTo(SchemaExport.FAULTY_CLASS);

    assertThat(errors.toString(UTF_8).lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("com.example.Missing: no such class"),
            line -> assertThat(line).startsWith("Plain: no service (expected: @ServiceConfig"),
            line -> assertThat(line).startsWith("java.lang.String: no record"),
            line -> assertThat(line).contains("OtherLamp: lamp twice"));
    assertThat(folder).doesNotExist();
  }

  @Test
  void run_folderIsAFile_saysThatNothingWasWritten() throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));
    assertThat(run(file, Lamp.class)).isEqualTo(SchemaExport.NOT_WRITTEN);
    assertThat(errors.toString(UTF_8)).startsWith(file + ": not written");
  }

  private int names(String name) {
    return SchemaExport.run(new String[] {folder.toString(), name}, print(out), print(errors));
  }

  private int run(Path into, Class<?>... classes) {
    String[] arguments = new String[classes.length + 1];
    arguments[0] = into.toString();
    for (int i = 0; i < classes.length; i++) {
      arguments[i + 1] = classes[i].getName();
    }
    return SchemaExport.run(arguments, print(out), print(errors));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, UTF_8);
  }
}
