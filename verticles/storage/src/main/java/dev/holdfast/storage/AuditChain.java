package dev.holdfast.storage;

import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditChecked;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.model.AuditMac;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Appends rows to {@code access_log}. Remembers the newest one; where a transaction that wrote rows
 * did not come to its COMMIT, the memory is gone and the table is asked. Blocks; for the writer's
 * thread.
 */
final class AuditChain {
  private static final AuditHead BEGINNING = new AuditHead(0, "");

  private final AuditMac macs;
  private final Consumer<AuditHead> announce;
  private @Nullable AuditHead head;
  private @Nullable AuditHead written;

  /** A chain that tells {@code announce} of each new head. */
  AuditChain(AuditMac macs, Consumer<AuditHead> announce) {
    this.macs = macs;
    this.announce = announce;
  }

  /** Writes entries in a transaction, after whose COMMIT {@link #committed} must be called. */
  void append(WriterConnection connection, List<AccessEntry> entries) throws SQLException {
    written = null;
    if (entries.isEmpty()) {
      return;
    }
    AuditHead before = head;
    head = null;
    if (before == null) {
      AccessRow newest = AuditWalk.newest(connection);
      before = newest == null ? BEGINNING : newest.head();
    }
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (AccessEntry entry : entries) {
      AccessRow row = AccessRow.chained(before, entry, macs);
      rows.add(row.columns());
      before = row.head();
    }
    connection.batch(Sql.INSERT_ACCESS, rows);
    written = before;
  }

  /** After the COMMIT. */
  void committed() {
    AuditHead durable = written;
    written = null;
    if (durable != null) {
      head = durable;
      announce.accept(durable);
    }
  }

  /** Whether the log's end is right, and is the one that was recorded or goes on from it. */
  AuditChecked check(WriterConnection connection, @Nullable AuditHead recorded)
      throws SQLException {
    List<AccessRow> ends = connection.query(Sql.LAST_ACCESS, AccessRow::read, 2);
    AuditWalk walk = AuditWalk.fromAnchor(connection, macs);
    if (walk.fault() == null && ends.size() == 2 && ends.get(1).mac() != null) {
      walk = new AuditWalk(macs, ends.get(1).head());
    }
    if (!ends.isEmpty()) {
      walk.accept(ends.get(0));
    }
    walk.end();
    if (recorded != null) {
      walk.holdAgainst(connection, recorded);
    }
    boolean chained = !ends.isEmpty() && ends.get(0).mac() != null;
    return new AuditChecked(chained ? ends.get(0).head() : null, walk.fault());
  }
}
