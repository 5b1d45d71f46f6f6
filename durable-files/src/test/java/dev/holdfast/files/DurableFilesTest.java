package dev.holdfast.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
  @TempDir Path folder;

  @Test
  void replace_newFile_isPrivateAndWhole() throws IOException {
    Path file = folder.resolve("a.json");
    DurableFiles.replace(file, "one".getBytes(UTF_8));
    assertThat(file).hasContent("one");
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(folder.toFile().list()).containsExactly("a.json");
  }

  @Test
  void replace_oldFile_isReplacedAndMadePrivate() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    DurableFiles.replace(file, "new".getBytes(UTF_8));
    assertThat(file).hasContent("new");
    assertThat(mode(file)).isEqualTo("rw-------");
  }

  @Test
  void replace_leftoverTemporary_isNoObstacle() throws IOException {
    Files.writeString(folder.resolve(".a.json.tmp"), "half");
    DurableFiles.replace(folder.resolve("a.json"), "new".getBytes(UTF_8));
    assertThat(folder.toFile().list()).containsExactly("a.json");
  }

  @Test
  void replace_symbolicLink_isRefusedAndTargetUntouched() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "kept");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    assertThatThrownBy(() -> DurableFiles.replace(link, new byte[1]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("symbolic link");
    assertThatThrownBy(() -> DurableFiles.read(link)).isInstanceOf(IOException.class);
    assertThat(target).hasContent("kept");
  }

  @Test
  void replace_folderMissing_failsAndLeavesNothing() {
    assertThatThrownBy(() -> DurableFiles.replace(folder.resolve("no/a"), new byte[1]))
        .isInstanceOf(IOException.class);
    assertThat(folder.toFile().list()).isEmpty();
  }

  @Test
  void createPrivateFolders_nested_areAllPrivate() throws IOException {
    DurableFiles.createPrivateFolders(folder.resolve("x/y"));
    assertThat(mode(folder.resolve("x"))).isEqualTo("rwx------");
    assertThat(mode(folder.resolve("x/y"))).isEqualTo("rwx------");
    DurableFiles.createPrivateFolders(folder.resolve("x/y"));
  }

  @Test
  void createPrivate_twice_makesOnce() throws IOException {
    Path file = folder.resolve("f");
    assertThat(DurableFiles.createPrivate(file)).isTrue();
    assertThat(DurableFiles.createPrivate(file)).isFalse();
    assertThat(mode(file)).isEqualTo("rw-------");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
