package dev.holdfast.storage;

import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.model.AuditMac;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Begins another life of a database: every row that bears the epoch gets the new one and a checksum
 * that goes with it; the revision stays. Blocks.
 */
final class NewEpoch {
  private NewEpoch() {}

  /**
   * Does it in one transaction, together with the entry of the access log.
   *
   * @return the newest row of the access log
   * @throws SQLException when nothing was changed, except that after a failed COMMIT nobody knows
   */
  static AuditHead give(Path database, String epoch, AuditMac macs, AccessEntry entry)
      throws SQLException {
    DatabaseFile file = DatabaseFile.prepare(database, false);
    Migrations.verifyOurs(file, false);
    AtomicReference<@Nullable AuditHead> head = new AtomicReference<>();
    AuditChain chain = new AuditChain(macs, head::set);
    try (WriterConnection connection =
        new WriterConnection(ConnectionSource.forWriting(file).getConnection())) {
      Migrations.verifyCurrent(database, connection);
      connection.execute(Sql.BEGIN);
      Snapshot snapshot = Snapshot.read(connection);
      rewrite(connection, snapshot, epoch);
      chain.append(connection, List.of(entry));
      connection.execute(Sql.COMMIT);
    }
    chain.committed();
    return Objects.requireNonNull(head.get(), "the row of the entry");
  }

  private static void rewrite(WriterConnection connection, Snapshot snapshot, String epoch)
      throws SQLException {
    MetaRow old = snapshot.meta();
    MetaRow meta = new MetaRow(epoch, old.revision(), old.createdAt());
    List<@Nullable Object[]> services = new ArrayList<>();
    for (Snapshot.Service service : snapshot.services()) {
      ServiceRow row = service.row();
      ServiceRow moved =
          new ServiceRow(
              row.service(),
              row.version(),
              row.revision(),
              epoch,
              row.configJson(),
              row.setKeys(),
              row.updatedAt(),
              row.updatedBy());
      services.add(columns(epoch, moved.checksum(), moved.service()));
    }
    List<@Nullable Object[]> tombstones = new ArrayList<>();
    for (TombstoneRow row : snapshot.tombstones()) {
      TombstoneRow moved =
          new TombstoneRow(
              row.service(),
              row.version(),
              row.revision(),
              epoch,
              row.deletedAt(),
              row.deletedBy());
      tombstones.add(columns(epoch, moved.checksum(), moved.service()));
    }
    connection.batch(
        Sql.EPOCH_OF_META, List.<@Nullable Object[]>of(columns(epoch, meta.checksum())));
    connection.batch(Sql.EPOCH_OF_SERVICE, services);
    connection.batch(Sql.EPOCH_OF_TOMBSTONE, tombstones);
  }

  private static @Nullable Object[] columns(@Nullable Object... columns) {
    return columns;
  }
}
