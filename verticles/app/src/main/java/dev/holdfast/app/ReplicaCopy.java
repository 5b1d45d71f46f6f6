package dev.holdfast.app;

import dev.holdfast.backup.BackupVerticle;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.files.Reasons;
import dev.holdfast.messages.storage.DatabaseVerified;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.model.AuditMac;
import dev.holdfast.model.Times;
import dev.holdfast.storage.StorageVerticle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A database that was fetched from the replica to a place of its own, and checked there. All block.
 *
 * @param file where it is
 * @param found what it is
 */
record ReplicaCopy(Path file, DatabaseVerified found) {
  /** While a manager runs, a heartbeat gets to the replica every minute. */
  private static final Duration HOLE = Duration.ofMinutes(5);

  /** The same where it is known that more was committed. */
  private static final Duration HOLE_IF_BEHIND = Duration.ofSeconds(20);

  /**
   * Fetches and checks, in a folder that is made for it.
   *
   * @param parent where that folder is made: on the file system that the database is to be on
   * @param at as it was then, or null: the newest
   * @throws StartFailure when there is none, or it is damaged; then nothing is left
   */
  static ReplicaCopy fetch(
      BackupVerticle.Options backup, Path parent, @Nullable Instant at, AuditMac mac) {
    Path folder = temporary(parent);
    boolean fetched = false;
    try {
      Path file = folder.resolve("restored.db");
      BackupVerticle.fetch(backup, file, at);
      ReplicaCopy copy = new ReplicaCopy(file, StorageVerticle.verified(file, mac));
      copy.checkTime(at);
      fetched = true;
      return copy;
    } catch (IOException | IllegalStateException e) {
      throw StartFailure.other("Nothing was restored: " + e.getMessage());
    } catch (BusFailure e) {
      throw StartFailure.other(
          e.code() == FailureCode.STORAGE_CORRUPT
              ? "The backup is damaged, and was not put in place: " + e.detail()
              : "Nothing was restored: " + e.detail());
    } finally {
      if (!fetched) {
        delete(folder);
      }
    }
  }

  private static Path temporary(Path parent) {
    try {
      DurableFiles.createPrivateFolders(parent);
      return Files.createTempDirectory(parent, "restoring-");
    } catch (IOException e) {
      throw StartFailure.other("Nothing was restored: " + Reasons.of(e));
    }
  }

  /** Litestream takes a time that is later than all it has for the newest. */
  private void checkTime(@Nullable Instant at) {
    Instant newest = found.newest();
    if (at != null && newest != null && newest.isAfter(at.plusSeconds(1))) {
      throw StartFailure.other(
          "Nothing was restored: the replica has nothing as of "
              + Times.format(at)
              + ", only "
              + Times.format(newest));
    }
  }

  /**
   * Refuses the newest backup when what lies at the replica is much newer: then a piece of it is
   * missing, which Litestream does not always notice.
   *
   * @param lying when the newest piece of Litestream 0.3 came to the replica, or null: 0.5 numbers
   *     what it writes, and refuses to leave out a number
   * @param recorded what was committed at least, or null where nothing records it
   */
  void refuseHole(@Nullable Instant lying, @Nullable StorageProbed recorded) {
    Instant newest = found.newest();
    boolean behind =
        recorded != null
            && recorded.epoch().equals(found.epoch())
            && recorded.revision() > found.revision();
    if (lying != null
        && newest != null
        && Duration.between(newest, lying).compareTo(behind ? HOLE_IF_BEHIND : HOLE) > 0) {
      discard();
      throw StartFailure.other(
          "The backup has a hole, and was not put in place: it ends at "
              + Times.format(newest)
              + ", although pieces up to "
              + Times.format(lying)
              + " lie at the replica; restore --timestamp takes an earlier state knowingly");
    }
  }

  /** On one line. */
  String told() {
    return "revision "
        + found.revision()
        + " of epoch "
        + found.epoch()
        + ", "
        + found.services()
        + " services"
        + (found.newest() == null ? "" : ", newest commit " + Times.format(found.newest()))
        + (found.auditFault() == null ? "" : "; access log: " + found.auditFault());
  }

  /** Deletes what is still in its folder. */
  void discard() {
    delete(folder(file));
  }

  private static void delete(Path folder) {
    try {
      DurableFiles.deleteTree(folder);
    } catch (IOException e) {
      throw StartFailure.other(folder + ": cannot be deleted: " + Reasons.of(e));
    }
  }

  static Path folder(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
  }

  /** Whether something has that name. */
  static boolean taken(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }
}
