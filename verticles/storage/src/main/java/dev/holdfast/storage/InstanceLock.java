package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process at a time owns a database: a lock of the operating system on {@code <database>.lock},
 * which ends with its owner however that ends. The file stays, and holds the owner's process id for
 * people; deleting it would let two owners hold locks on two files of one name. All block.
 */
final class InstanceLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceLock.class);
  private static final int LONGEST_PID = 20;

  /**
   * What this process holds. The operating system drops a process's lock when the process closes
   * any channel on the file, so none may be opened on a file that is held here already.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;
  private boolean closed;

  private InstanceLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock, at once or not at all. Makes the file (0600) where there is none.
   *
   * @throws BusFailure {@code UNAVAILABLE} when another manager or command holds it, else what the
   *     file system says, such as {@code STORAGE_READ_ONLY}
   */
  static InstanceLock take(Path database) {
    Path absolute = database.toAbsolutePath().normalize();
    Path named = absolute.resolveSibling(absolute.getFileName() + ".lock");
    try {
      Path folder = Objects.requireNonNull(named.getParent(), "a file has a folder");
      Path file = folder.toRealPath().resolve(named.getFileName());
      if (!HELD.add(file)) {
        throw held(named, String.valueOf(ProcessHandle.current().pid()));
      }
      FileChannel channel = null;
      try {
        if (DurableFiles.createPrivate(file)) {
          giveToOwnerOf(absolute, file);
        }
        channel = lock(named, file);
        return new InstanceLock(file, channel);
      } finally {
        if (channel == null) {
          HELD.remove(file);
        }
      }
    } catch (IOException e) {
      throw Failures.file(named, e);
    }
  }

  /** Made by a command of the superuser, it must still be the manager's to open. */
  private static void giveToOwnerOf(Path database, Path file) throws IOException {
    if (Files.exists(database, LinkOption.NOFOLLOW_LINKS)) {
      UserPrincipal owner = Files.getOwner(database, LinkOption.NOFOLLOW_LINKS);
      if (!owner.equals(Files.getOwner(file, LinkOption.NOFOLLOW_LINKS))) {
        Files.setOwner(file, owner);
      }
    }
  }

  private static FileChannel lock(Path named, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    boolean taken = false;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw held(named, owner(channel));
      }
      taken = true;
      writeOwner(named, channel);
      return channel;
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  /** On a full disk the lock holds all the same, without a name. */
  private static void writeOwner(Path named, FileChannel channel) {
    try {
      channel.truncate(0);
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      channel.write(ByteBuffer.wrap(pid), 0);
    } catch (IOException e) {
      LOG.debug("{}: the process id cannot be written", named, e);
    }
  }

  /** The process id in the file, or null where there is none. */
  private static @Nullable String owner(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(LONGEST_PID);
    int length = channel.read(buffer, 0);
    String text =
        length <= 0 ? "" : new String(buffer.array(), 0, length, StandardCharsets.US_ASCII).strip();
    return text.matches("[0-9]+") ? text : null;
  }

  private static BusFailure held(Path named, @Nullable String pid) {
    return BusFailure.of(
        FailureCode.UNAVAILABLE,
        named
            + ": held by another manager ("
            + (pid == null ? "of unknown process id" : "process " + pid)
            + "); only one may use these files at a time");
  }

  /** Gives the lock back. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("{}: the lock could not be given back in order", file, e);
    }
    HELD.remove(file);
  }
}
