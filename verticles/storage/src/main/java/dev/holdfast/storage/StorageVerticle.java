package dev.holdfast.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.AuditReport;
import dev.holdfast.messages.storage.DatabaseVerified;
import dev.holdfast.messages.storage.SecretsReport;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.model.AuditMac;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps settings in an SQLite file and serves {@link StorageRoutes}. A commit is answered when it
 * is on disk; the changes that wait meanwhile share the next one.
 *
 * <p>The room starts whatever the file is like. Where the database does not work every route fails
 * with the same typed fault, and each {@link dev.holdfast.messages.storage.StorageRoutes#PROBE}
 * tries again. The start fails {@code UNAVAILABLE} only where another manager holds the file. The
 * stop commits what was accepted, empties the write-ahead log into the file and closes it, within
 * three seconds.
 */
public final class StorageVerticle extends VerticleBase {
  /**
   * How the room is set up.
   *
   * @param databasePath the file
   * @param readers connections for reading, 1 to 64
   * @param auditRetentionDays how long rows of the access log are kept, up to 36500; 0: for ever
   * @param create whether a file that is not there is to be made: never where other files show that
   *     there was one
   * @param replicated whether another program replicates the file, and so empties its log
   */
  public record Options(
      Path databasePath, int readers, int auditRetentionDays, boolean create, boolean replicated) {
    public Options {
      databasePath = requireNonNull(databasePath, "databasePath").toAbsolutePath().normalize();
      if (databasePath.toString().contains("?")) {
        throw new IllegalArgumentException(
            "databasePath: " + databasePath + " (expected: a path without a question mark)");
      }
      if (Files.isDirectory(databasePath) || databasePath.getFileName() == null) {
        throw new IllegalArgumentException(
            "databasePath: " + databasePath + " (expected: a file, not a folder)");
      }
      if (readers < 1 || readers > 64) {
        throw new IllegalArgumentException("readers: " + readers + " (expected: 1 to 64)");
      }
      if (auditRetentionDays < 0 || auditRetentionDays > 36_500) {
        throw new IllegalArgumentException(
            "auditRetentionDays: " + auditRetentionDays + " (expected: 0 to 36500)");
      }
    }
  }

  private final Options options;
  private final AuditMac auditMac;
  private final MeterRegistry meters;
  private @Nullable Desk desk;

  /** A room that is not running yet. */
  public StorageVerticle(Options options, AuditMac auditMac, MeterRegistry meters) {
    this.options = requireNonNull(options, "options");
    this.auditMac = requireNonNull(auditMac, "auditMac");
    this.meters = requireNonNull(meters, "meters");
  }

  /**
   * Walks along the whole access log, for the command line. Blocks; alters nothing; the manager may
   * be running. Fails with a {@link dev.holdfast.bus.BusFailure} where the file cannot be read.
   *
   * @param recorded the head recorded outside the database, or null where there is none
   */
  public static AuditReport verifyAudit(Path database, AuditMac mac, @Nullable AuditHead recorded) {
    return Offline.verifyAudit(database, mac, recorded);
  }

  /** Counts the secrets by their keys, in the manner of {@link #verifyAudit}. */
  public static SecretsReport secretsReport(Path database) {
    return Offline.secretsReport(database);
  }

  /** Reads everything, and every page before where {@code pages}, as {@link #verifyAudit} does. */
  public static Stored stored(Path database, boolean pages) {
    return Offline.stored(database, pages);
  }

  /**
   * What a database is that was restored somewhere; every page and checksum is read. One of an
   * older release is brought up to this one. Blocks. Fails with a {@link
   * dev.holdfast.bus.BusFailure}.
   */
  public static DatabaseVerified verified(Path database, AuditMac mac) {
    return Offline.verified(database, mac);
  }

  /**
   * Puts a verified file where the database is, within {@link #alone}; what was there is moved
   * aside. Blocks.
   *
   * @return what the old database is called now, or null where there was none
   */
  public static @Nullable Path putInPlace(Path restored, Path database) {
    return Offline.putInPlace(restored, database, Clock.systemUTC());
  }

  /** Works while no manager can; {@code UNAVAILABLE} where one holds the files. Blocks. */
  public static <T> T alone(Path database, Supplier<T> work) {
    return Offline.alone(database, work);
  }

  /** Puts a new epoch and a row of the access log, which it gives back, on disk. Blocks. */
  public static AuditHead newEpoch(Path database, String epoch, AuditMac mac, AccessEntry entry) {
    return Offline.newEpoch(database, epoch, mac, entry);
  }

  @Override
  public Future<?> start() {
    Opener opener = new Opener(vertx, options, auditMac, meters, Clock.systemUTC());
    Desk made = new Desk(new Bus(vertx), opener);
    desk = made;
    return made.start().recover(failure -> stop().transform(it -> Future.failedFuture(failure)));
  }

  @Override
  public Future<?> stop() {
    Desk open = desk;
    desk = null;
    return open == null ? Future.succeededFuture() : open.close();
  }
}
