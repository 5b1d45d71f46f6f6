package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Keeps a second manager off the same database. The lock is the operating system's on a file beside
 * the database, so it dies with the process that holds it; the file itself stays, and means
 * nothing. Blocks.
 */
final class InstanceLock implements AutoCloseable {
  private final FileChannel channel;

  private InstanceLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @throws BusFailure {@code UNAVAILABLE} when another process has it, else what the file system
   *     says
   */
  static InstanceLock take(Path database) {
    Path file = database.resolveSibling(database.getFileName() + ".lock");
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          channel.truncate(0);
          channel.write(
              ByteBuffer.wrap(
                  (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
          return new InstanceLock(channel);
        }
      } catch (OverlappingFileLockException e) {
        throw held(database, "this one");
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      channel.close();
      // Closing any channel of the file would end this process's own lock on it: there is none.
      throw held(database, Files.readString(file).strip());
    } catch (IOException e) {
      throw Failures.file(file, e);
    }
  }

  private static BusFailure held(Path database, String process) {
    return BusFailure.of(
        FailureCode.UNAVAILABLE, database + ": held by another manager (process " + process + ")");
  }

  /** Lets it go. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
