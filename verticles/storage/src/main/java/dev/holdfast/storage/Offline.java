package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.model.AuditMac;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Works on a database from the command line. What only looks alters nothing, and does so whether or
 * not the manager runs. All block, and fail with a {@link BusFailure} of one line.
 */
final class Offline {
  private Offline() {}

  static StorageVerticle.AuditReport verifyAudit(
      Path database, AuditMac macs, @Nullable AuditHead recorded) {
    return read(
        database,
        connection -> {
          AuditWalk walk = AuditWalk.fromAnchor(connection, macs);
          walk.toTheEnd(connection);
          if (recorded != null) {
            walk.holdAgainst(connection, recorded);
          }
          AccessRow newest = AuditWalk.newest(connection);
          return new StorageVerticle.AuditReport(
              walk.verified(),
              walk.unknownKeys(),
              walk.beforeChain(),
              walk.faultId(),
              walk.fault(),
              newest == null || newest.mac() == null ? null : newest.head());
        });
  }

  static StorageVerticle.SecretsReport secretsReport(Path database) {
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
          return new StorageVerticle.SecretsReport(secrets, unusedSince);
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

  /** While this process, and no manager, holds the files. */
  static <T> T alone(Path database, Supplier<T> work) {
    InstanceLock lock = InstanceLock.take(database);
    try {
      return work.get();
    } finally {
      lock.close();
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

  private static <T> T read(Path database, Writer.Work<T> work) {
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
