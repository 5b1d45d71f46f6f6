package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file the database lives in, known by what it is and not only by its path. All block. */
final class DatabaseFile {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private final @Nullable Object key;

  private DatabaseFile(Path path, @Nullable Object key) {
    this.path = path;
    this.key = key;
  }

  /**
   * Makes the file (0600) and the folders above it (0700) where they do not exist; an existing file
   * becomes 0600. SQLite gives its files beside the database the same mode.
   *
   * @throws BusFailure {@code STORAGE_FAILED} when that cannot be, {@code STORAGE_CORRUPT} when the
   *     file is empty but its log is not
   */
  static DatabaseFile prepare(Path path) {
    try {
      DurableFiles.createPrivateFolders(
          Objects.requireNonNull(path.getParent(), "an absolute path of a file has a folder"));
      if (!DurableFiles.createPrivate(path)
          && !PRIVATE.equals(Files.getPosixFilePermissions(path))) {
        Files.setPosixFilePermissions(path, PRIVATE);
      }
      Path log = path.resolveSibling(path.getFileName() + "-wal");
      if (Files.size(path) == 0 && Files.exists(log) && Files.size(log) > 0) {
        throw BusFailure.of(
            FailureCode.STORAGE_CORRUPT, path + ": empty, but " + log.getFileName() + " is not");
      }
      return new DatabaseFile(path, keyOf(path));
    } catch (IOException e) {
      throw Failures.file(path, e);
    }
  }

  Path path() {
    return path;
  }

  boolean isEmpty() {
    try {
      return Files.size(path) == 0;
    } catch (IOException e) {
      throw Failures.file(path, e);
    }
  }

  /**
   * Fails {@code STORAGE_CORRUPT} when the path no longer leads to the file that was opened:
   * whatever is written to that one would be gone at the next start.
   */
  void verifyInPlace() {
    try {
      if (!Objects.equals(key, keyOf(path))) {
        throw moved("replaced by another file");
      }
    } catch (NoSuchFileException e) {
      throw moved("deleted or moved away");
    } catch (IOException e) {
      throw Failures.file(path.getFileName(), e);
    }
  }

  private BusFailure moved(String how) {
    return BusFailure.of(
        FailureCode.STORAGE_CORRUPT,
        path.getFileName()
            + ": the database file was "
            + how
            + " while it was in use; put it back, or restart to use what is there now");
  }

  private static @Nullable Object keyOf(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }
}
