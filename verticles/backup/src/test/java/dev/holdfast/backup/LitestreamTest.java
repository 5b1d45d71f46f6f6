package dev.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.messages.backup.BackupState.Drill;
import dev.holdfast.model.Replica;
import dev.holdfast.model.SecretValue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a script in Litestream's place. */
class LitestreamTest {
  /** Where the word after -o says. */
  private static final String LEAVE_A_FILE =
      "for a in \"$@\"; do [ \"$o\" ] && echo x > \"$a\"; o=; [ \"$a\" = -o ] && o=1; done; exit 0";

  private static final URI METRICS = URI.create("http://127.0.0.1:9090/metrics");

  @TempDir Path folder;

  @Test
  void configuration_bucket_holdsNoCredentials() throws Exception {
    String text = BackupVerticle.configuration(bucket("true"));
    assertThat(text)
        .contains("addr: \"127.0.0.1:9090\"")
        .contains("endpoint: \"https://s3.example.org\"")
        .contains("bucket: \"a-bucket\"")
        .contains("path: \"config/manager\"")
        .contains("retention: 72h")
        .contains("snapshot-interval: 24h")
        .doesNotContain("canary");
    assertThat(bucket("true").toString()).doesNotContain("canary-secret");
  }

  @Test
  void configuration_folder_isQuoted() throws Exception {
    assertThat(BackupVerticle.configuration(folderReplica("true")))
        .contains("type: file")
        .contains("path: \"" + folder.resolve("a \\\"replica\\\"") + "\"");
  }

  @Test
  void restore_givesTheCredentialsInTheEnvironmentOnly() throws Exception {
    Path target = folder.resolve("restored.db");
    Path program = script("echo \"$@\" > %1$s/arguments; env > %1$s/environment; " + LEAVE_A_FILE);
    BackupVerticle.fetch(bucket(program.toString()), target, null);
    assertThat(target).exists();
    assertThat(Files.readString(folder.resolve("arguments")))
        .startsWith("restore -no-expand-env -config ")
        .contains("-o " + target)
        .doesNotContain("canary");
    assertThat(Files.readString(folder.resolve("environment")))
        .contains("LITESTREAM_ACCESS_KEY_ID=canary-id")
        .contains("LITESTREAM_SECRET_ACCESS_KEY=canary-secret");
  }

  @Test
  void restore_fails_tellsWhatWasSaidWithoutCredentials() throws Exception {
    Path program =
        script(
            "echo 'level=INFO msg=hello'; echo \"level=ERROR msg=failed error=\\\"denied to"
                + " $LITESTREAM_ACCESS_KEY_ID $LITESTREAM_SECRET_ACCESS_KEY\\\"\"; exit 1");
    assertThatThrownBy(
            () ->
                BackupVerticle.fetch(
                    bucket(program.toString()), folder.resolve("restored.db"), null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("denied to ******** ********")
        .hasMessageNotContaining("canary");
  }

  @Test
  void restore_timeAfterAllThereIs_takesTheNewest() throws Exception {
    Path target = folder.resolve("restored.db");
    Path program =
        script(
            "case \"$*\" in *-timestamp*) echo 'Error: no matching backup files available'; exit 1;;"
                + " esac; "
                + LEAVE_A_FILE);
    BackupVerticle.fetch(
        bucket(program.toString()), target, Instant.parse("2026-11-24T10:00:00.5Z"));
    assertThat(target).exists();
  }

  @Test
  void restore_endsWellWithoutAFile_fails() throws Exception {
    Path program = script("exit 0");
    assertThatThrownBy(
            () ->
                BackupVerticle.fetch(
                    bucket(program.toString()), folder.resolve("restored.db"), null))
        .hasMessageContaining("left no file");
  }

  @Test
  void restore_noProgram_namesTheVariable() {
    assertThatThrownBy(
            () ->
                BackupVerticle.fetch(
                    bucket(folder.resolve("nowhere").toString()),
                    folder.resolve("restored.db"),
                    null))
        .hasMessageContaining("LITESTREAM_EXECUTABLE");
  }

  @Test
  void restore_leavesNoConfigurationBehind() throws Exception {
    long before = leftovers();
    restore_timeAfterAllThereIs_takesTheNewest();
    assertThat(leftovers()).isEqualTo(before);
  }

  @Test
  void drillRecord_isReadBack_andADamagedOneIsNone() throws Exception {
    DrillRecord record = new DrillRecord(folder.resolve("config.db"));
    assertThat(record.read()).isNull();
    Drill drill = new Drill(Instant.parse("2026-11-24T10:00:00Z"), true, 900, "epoch", 7, "well");
    record.write(drill);
    assertThat(record.read()).isEqualTo(drill);
    Files.writeString(folder.resolve("restore-drill.json"), "{\"at\":1}");
    assertThat(record.read()).isNull();
  }

  private static long leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(it -> it.getFileName().toString().startsWith("holdfast-litestream-"))
          .count();
    }
  }

  private Path script(String body) throws IOException {
    Path file = folder.resolve("litestream-" + System.nanoTime());
    Files.writeString(file, "#!/bin/sh\no=\n" + body.formatted(folder) + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private BackupVerticle.Options bucket(String program) {
    return options(
        program,
        new Replica.Bucket(
            URI.create("https://s3.example.org"),
            "us-east-1",
            "a-bucket",
            "config/manager",
            SecretValue.of("canary-id"),
            SecretValue.of("canary-secret")));
  }

  private BackupVerticle.Options folderReplica(String program) {
    return options(program, new Replica.Folder(folder.resolve("a \"replica\"")));
  }

  private BackupVerticle.Options options(String program, Replica replica) {
    return new BackupVerticle.Options(
        folder.resolve("config.db"), replica, METRICS, program, 72, 24);
  }
}
