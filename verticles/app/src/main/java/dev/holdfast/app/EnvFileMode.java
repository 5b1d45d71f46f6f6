package dev.holdfast.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may read the {@code .env} file. */
final class EnvFileMode {
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private EnvFileMode() {}

  /** What is wrong with the mode of the file, or null; nothing is where there is no file. */
  static @Nullable String fault(Path envFile) {
    if (!Files.exists(envFile)) {
      return null;
    }
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(envFile);
      return mode.stream().noneMatch(OTHERS::contains)
          ? null
          : envFile
              + ": mode "
              + PosixFilePermissions.toString(mode)
              + " lets others on this machine at the keys in it (expected: rw-------, as by chmod"
              + " 600)";
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }
}
