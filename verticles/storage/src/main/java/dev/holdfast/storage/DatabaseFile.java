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

  private static final long ROOM_BYTES = 2L << 20;

  private final Path path;
  private final @Nullable Object key;

  private DatabaseFile(Path path, @Nullable Object key) {
    this.path = path;
    this.key = key;
  }

  /** Makes the folders above the file (0700) where they do not exist. Fails as it does. */
  static void prepareFolder(Path path) {
    try {
      DurableFiles.createPrivateFolders(
          Objects.requireNonNull(path.getParent(), "an absolute path of a file has a folder"));
    } catch (IOException e) {
      throw Failures.file(path, e);
    }
  }

  /**
   * Makes the file (0600) where it does not exist; an existing one becomes 0600. SQLite gives its
   * files beside the database the same mode.
   *
   * @param create whether a file that is not there, or is empty, is a new database
   * @throws BusFailure {@code STORAGE_MISSING} when it is not, {@code STORAGE_CORRUPT} when the
   *     file is empty but should not be, else what the file system says
   */
  static DatabaseFile prepare(Path path, boolean create) {
    try {
      if (!create && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        throw BusFailure.of(
            FailureCode.STORAGE_MISSING,
            path
                + ": is not there, but the files beside it show that it was: put it back, restore"
                + " it, or rebuild it");
      }
      if (!(create && DurableFiles.createPrivate(path))
          && !PRIVATE.equals(Files.getPosixFilePermissions(path))) {
        Files.setPosixFilePermissions(path, PRIVATE);
      }
      Path log = path.resolveSibling(path.getFileName() + "-wal");
      boolean logged = Files.exists(log) && Files.size(log) > 0;
      if (Files.size(path) == 0 && (logged || !create)) {
        throw BusFailure.of(
            FailureCode.STORAGE_CORRUPT,
            path
                + ": empty, but "
                + (logged ? log.getFileName() + " is not" : "the files beside it are not"));
      }
      return new DatabaseFile(path, keyOf(path));
    } catch (IOException e) {
      throw Failures.file(path, e);
    }
  }

  Path path() {
    return path;
  }

  /** Whether the file system has room for a large change and the files that follow it. */
  boolean hasRoom() {
    try {
      return Files.getFileStore(path).getUnallocatedSpace() >= ROOM_BYTES;
    } catch (IOException e) {
      throw Failures.file(path, e);
    }
  }

  boolean isEmpty() {
    try {
      return Files.size(path) == 0;
    } catch (IOException e) {
      throw Failures.file(path, e);
    }
  }

  /**
   * Fails {@code STORAGE_CORRUPT} or {@code STORAGE_MISSING} when the path no longer leads to the
   * file that was opened: whatever is written to that one would be gone at the next start.
   */
  void verifyInPlace() {
    try {
      if (!Objects.equals(key, keyOf(path))) {
        throw BusFailure.of(
            FailureCode.STORAGE_CORRUPT,
            path.getFileName()
                + ": the database file was replaced by another file while it was in use");
      }
    } catch (NoSuchFileException e) {
      throw BusFailure.of(
          FailureCode.STORAGE_MISSING,
          path.getFileName()
              + ": the database file was deleted or moved away while it was in use; put it back,"
              + " restore it, or rebuild it");
    } catch (IOException e) {
      throw Failures.file(path.getFileName(), e);
    }
  }

  private static @Nullable Object keyOf(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }
}
