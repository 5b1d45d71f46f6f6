package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.AuditReport;
import dev.holdfast.messages.storage.DatabaseVerified;
import dev.holdfast.messages.storage.SecretsReport;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.model.AuditMac;
import dev.holdfast.model.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on a database from the command line. What only looks alters nothing, and does so whether or
 * not the manager runs. All block, and fail with a {@link BusFailure} of one line.
 */
final class Offline {
  private static final Logger LOG = LoggerFactory.getLogger(Offline.class);

  private Offline() {}

  static AuditReport verifyAudit(Path database, AuditMac macs, @Nullable AuditHead recorded) {
    return read(
        database,
        connection -> {
          AuditWalk walk = AuditWalk.fromAnchor(connection, macs);
          walk.toTheEnd(connection);
          if (recorded != null) {
            walk.holdAgainst(connection, recorded);
          }
          AccessRow newest = AuditWalk.newest(connection);
          return new AuditReport(
              walk.verified(),
              walk.unknownKeys(),
              walk.beforeChain(),
              walk.faultId(),
              walk.fault(),
              newest == null || newest.mac() == null ? null : newest.head());
        });
  }

  static SecretsReport secretsReport(Path database) {
    return read(
        database,
        connection -> {
          Map<String, Long> secrets = new TreeMap<>();
          connection.query(Sql.COUNT_SECRETS, row -> secrets.put(row.getString(1), row.getLong(2)));
          Map<String, Instant> unusedSince = new TreeMap<>();
          KeyChecks.unusedSince(connection)
              .forEach(
                  (id, since) -> {
                    if (since != null) {
                      unusedSince.put(id, since);
                    }
                  });
          return new SecretsReport(secrets, unusedSince);
        });
  }

  /** Every row verified; where {@code pages}, every page read before. */
  static Stored stored(Path database, boolean pages) {
    return read(
        database,
        connection -> {
          if (pages) {
            Snapshot.checkPages(connection);
          }
          return Snapshot.read(connection).toStored();
        });
  }

  /** What it is, everything checked; one of an older release is brought up before. */
  static DatabaseVerified verified(Path database, AuditMac macs) {
    bringUp(database);
    Stored stored = stored(database, true);
    String newest =
        read(
            database,
            connection -> connection.query(Sql.NEWEST_COMMIT, row -> row.getString(1)).get(0));
    return new DatabaseVerified(
        stored.epoch(),
        stored.revision(),
        stored.services().size(),
        newest == null ? null : Times.parse(newest),
        verifyAudit(database, macs, null).fault());
  }

  private static void bringUp(Path database) {
    try {
      DatabaseFile file = DatabaseFile.prepare(database, false);
      Migrations.verifyOurs(file, false);
      try (WriterConnection connection =
          new WriterConnection(Migrations.applied(ConnectionSource.forWriting(file)))) {
        connection.execute(Sql.CHECKPOINT);
      }
    } catch (SQLException e) {
      throw named(database, Failures.of(e));
    }
  }

  /** Puts a restored file where the database is, which is moved aside; both on one file system. */
  static @Nullable Path putInPlace(Path restored, Path database, Clock clock) {
    try {
      for (String suffix : List.of("-wal", "-shm")) {
        Files.deleteIfExists(restored.resolveSibling(restored.getFileName() + suffix));
      }
      Path aside = Aside.move(database, "before-restore", clock.instant());
      Files.move(restored, database, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.syncFolder(Objects.requireNonNull(database.getParent(), "a file has a folder"));
      return aside;
    } catch (IOException e) {
      throw Failures.file(database, e);
    }
  }

  /** While this process, and no manager, holds the files. */
  static <T> T alone(Path database, Supplier<T> work) {
    InstanceLock lock = InstanceLock.take(database);
    try {
      return work.get();
    } finally {
      settle(database);
      lock.close();
    }
  }

  /** Whoever only looked leaves an empty log behind; SQLite removes it when nobody else has it. */
  private static void settle(Path database) {
    try {
      Path log = database.resolveSibling(database.getFileName() + "-wal");
      if (Files.exists(database) && Files.exists(log) && Files.size(log) == 0) {
        DatabaseFile file = DatabaseFile.prepare(database, false);
        ConnectionSource.forWriting(file).getConnection().close();
      }
    } catch (IOException | SQLException | BusFailure e) {
      LOG.debug("{}: its empty log stays", database, e);
    }
  }

  /** Fails with what it was that could not be done; then the database is as it was. */
  static AuditHead newEpoch(Path database, String epoch, AuditMac macs, AccessEntry entry) {
    try {
      return NewEpoch.give(database, epoch, macs, entry);
    } catch (SQLException e) {
      throw named(database, Failures.of(e));
    } catch (BusFailure e) {
      throw named(database, e);
    }
  }

  private static <T extends @Nullable Object> T read(Path database, Writer.Work<T> work) {
    if (!Files.isRegularFile(database)) {
      throw BusFailure.of(
          FailureCode.STORAGE_FAILED, database + ": no such file (expected: the database)");
    }
    try (WriterConnection connection =
        new WriterConnection(ConnectionSource.openUntouched(database))) {
      Migrations.verifyCurrent(database, connection);
      connection.execute(Sql.BEGIN_READ);
      return work.run(connection);
    } catch (SQLException e) {
      throw named(database, Failures.of(e));
    } catch (BusFailure e) {
      throw named(database, e);
    }
  }

  private static BusFailure named(Path database, BusFailure failure) {
    return failure.detail().startsWith(database.toString())
        ? failure
        : BusFailure.of(failure.code(), database + ": " + failure.detail());
  }
}
