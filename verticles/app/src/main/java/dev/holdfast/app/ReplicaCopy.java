package dev.holdfast.app;

import dev.holdfast.backup.BackupVerticle;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.files.Reasons;
import dev.holdfast.messages.storage.DatabaseVerified;
import dev.holdfast.model.AuditMac;
import dev.holdfast.model.Times;
import dev.holdfast.storage.StorageVerticle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  private static final List<String> SUFFIXES =
      List.of("", "-wal", "-shm", ".tmp", ".tmp-wal", ".tmp-shm");

  /**
   * Fetches and checks.
   *
   * @param target a file that is not there yet
   * @param at as it was then, or null: the newest
   * @throws StartFailure when there is none, or it is damaged; then {@code target} is not there
   */
  static ReplicaCopy fetch(
      BackupVerticle.Options backup, Path target, @Nullable Instant at, AuditMac mac) {
    try {
      DurableFiles.createPrivateFolders(folder(target));
      BackupVerticle.fetch(backup, target, at);
      DatabaseVerified found = StorageVerticle.verified(target, mac);
      checkTime(found, at);
      discardLogs(target);
      return new ReplicaCopy(target, found);
    } catch (IOException | IllegalStateException e) {
      discard(target);
      throw StartFailure.other("Nothing was restored: " + e.getMessage());
    } catch (BusFailure e) {
      discard(target);
      throw StartFailure.other(
          e.code() == FailureCode.STORAGE_CORRUPT
              ? "The backup is damaged, and was not put in place: " + e.detail()
              : "Nothing was restored: " + e.detail());
    } catch (StartFailure e) {
      discard(target);
      throw e;
    }
  }

  /** Litestream takes a time that is later than all it has for the newest. */
  private static void checkTime(DatabaseVerified found, @Nullable Instant at) {
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
   * @param lying when the newest piece came to the replica, or null
   */
  void refuseHole(@Nullable Instant lying) {
    Instant newest = found.newest();
    if (lying != null && newest != null && Duration.between(newest, lying).compareTo(HOLE) > 0) {
      discard(file);
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

  /** Does not fail. */
  static void discard(Path file) {
    for (String suffix : SUFFIXES) {
      delete(file.resolveSibling(file.getFileName() + suffix));
    }
  }

  private static void discardLogs(Path file) {
    SUFFIXES.stream()
        .filter(suffix -> !suffix.isEmpty())
        .forEach(suffix -> delete(file.resolveSibling(file.getFileName() + suffix)));
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw StartFailure.other(file + ": cannot be deleted: " + Reasons.of(e));
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
