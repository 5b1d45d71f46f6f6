package dev.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvFileModeTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-r--r--"})
  void fault_others_areSaid(String mode) throws IOException {
    assertThat(EnvFileMode.fault(file(mode))).contains(mode).contains("expected: rw-------");
  }

  @Test
  void fault_privateOrNone_isNull() throws IOException {
    assertThat(EnvFileMode.fault(file("rw-------"))).isNull();
    assertThat(EnvFileMode.fault(file("r--------"))).isNull();
    assertThat(EnvFileMode.fault(folder.resolve("none"))).isNull();
  }

  private Path file(String mode) throws IOException {
    Path file = folder.resolve(".env" + mode);
    Files.createFile(file);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
