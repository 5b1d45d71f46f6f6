package dev.holdfast.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files that survive a power cut. Every write goes: temporary file in the same folder, fsync,
 * rename, fsync of the folder. Files are made 0600 and folders 0700 whatever the umask; symbolic
 * links are never followed at the last step of a path. All methods block.
 */
public final class DurableFiles {
  private static final Set<PosixFilePermission> PRIVATE_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> PRIVATE_FOLDER =
      PosixFilePermissions.fromString("rwx------");

  private DurableFiles() {}

  /**
   * Replaces or makes a file: after a return the new content is on disk, after a throw the old.
   *
   * @throws IOException when it cannot be written, or when {@code target} is a symbolic link
   */
  public static void replace(Path target, byte[] content) throws IOException {
    Path file = target.toAbsolutePath();
    refuseLink(file);
    Path folder = folderOf(file);
    Path temporary = folder.resolve("." + file.getFileName() + ".tmp");
    Files.deleteIfExists(temporary);
    try {
      try (SeekableByteChannel channel =
          Files.newByteChannel(
              temporary,
              EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              attribute(PRIVATE_FILE))) {
        // A umask may have taken rights from the owner, too.
        Files.setPosixFilePermissions(temporary, PRIVATE_FILE);
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        ((FileChannel) channel).force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    syncFolder(folder);
  }

  /**
   * Reads a whole file.
   *
   * @throws NoSuchFileException when there is none
   * @throws IOException when it cannot be read, or is a symbolic link
   */
  public static byte[] read(Path file) throws IOException {
    refuseLink(file.toAbsolutePath());
    return Files.readAllBytes(file);
  }

  /** Makes an empty private file where there is none; gives back whether it did. */
  public static boolean createPrivate(Path file) throws IOException {
    refuseLink(file.toAbsolutePath());
    try {
      Files.createFile(file, attribute(PRIVATE_FILE));
      Files.setPosixFilePermissions(file, PRIVATE_FILE);
      syncFolder(folderOf(file.toAbsolutePath()));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Deletes a folder with all that is in it; does not follow links. */
  public static void deleteTree(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(folder)) {
      all = tree.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException e) {
      return;
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }

  /** Makes a folder and those above it, private each, where they do not exist yet. */
  public static void createPrivateFolders(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath();
    if (Files.isDirectory(absolute)) {
      return;
    }
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new FileNotFoundException(absolute.toString());
    }
    createPrivateFolders(parent);
    try {
      Files.createDirectory(absolute, attribute(PRIVATE_FOLDER));
      Files.setPosixFilePermissions(absolute, PRIVATE_FOLDER);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(absolute)) {
        throw e;
      }
    }
    syncFolder(parent);
  }

  /** Has what was renamed, made or deleted in a folder survive a power cut. */
  public static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path folderOf(Path file) throws IOException {
    Path folder = file.getParent();
    if (folder == null) {
      throw new FileNotFoundException(file + " is no file in a folder");
    }
    return folder;
  }

  private static void refuseLink(Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      throw new FileSystemException(
          file.toString(), null, "a symbolic link (expected: a plain file)");
    }
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(file.toString(), null, "a folder (expected: a plain file)");
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> attribute(Set<PosixFilePermission> mode) {
    return PosixFilePermissions.asFileAttribute(mode);
  }
}
