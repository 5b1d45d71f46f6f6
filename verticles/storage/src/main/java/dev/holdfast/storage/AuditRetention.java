package dev.holdfast.storage;

import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.model.AuditMac;
import dev.holdfast.model.Times;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes rows of {@code access_log} that are too old, oldest first, and moves the anchor of the
 * chain behind them in the same transaction. What it deletes it verifies first: a log that was
 * tampered with is left as it is. The newest row always stays. Blocks; for the writer's thread.
 */
final class AuditRetention {
  /** The most rows deleted in one transaction. */
  static final int BATCH = 500;

  private final Writer writer;
  private final AuditMac macs;
  private final Clock clock;
  private final int days;

  /** Keeps rows for so many days; 0: for ever. */
  AuditRetention(Writer writer, AuditMac macs, Clock clock, int days) {
    this.writer = writer;
    this.macs = macs;
    this.clock = clock;
    this.days = days;
  }

  /**
   * What one transaction did.
   *
   * @param deleted so many rows
   * @param fault why nothing may be deleted, or null
   */
  record Batch(int deleted, @Nullable String fault) {
    boolean mayHaveMore() {
      return deleted == BATCH;
    }
  }

  /** Deletes up to {@link #BATCH} rows. An anchor of an older key is made anew. */
  Batch deleteBatch() throws SQLException {
    return writer.transaction(
        connection -> {
          AuditWalk walk = AuditWalk.fromAnchor(connection, macs);
          if (walk.fault() != null) {
            return new Batch(0, walk.fault());
          }
          AccessRow last = null;
          int expired = 0;
          List<AccessRow> rows = oldest(connection);
          String keptFrom = Times.format(clock.instant().minus(Duration.ofDays(days)));
          for (AccessRow row : rows.subList(0, Math.max(0, rows.size() - 1))) {
            if (row.timestamp().compareTo(keptFrom) >= 0) {
              break;
            }
            if (!walk.accept(row)) {
              return new Batch(0, walk.fault());
            }
            last = row;
            expired++;
          }
          if (last != null) {
            connection.batch(Sql.DELETE_ACCESS, row(last.id()));
          }
          moveAnchor(connection, last);
          return new Batch(expired, null);
        });
  }

  private List<AccessRow> oldest(WriterConnection connection) throws SQLException {
    return days == 0 ? List.of() : connection.query(Sql.OLDEST_ACCESS, AccessRow::read, BATCH + 1);
  }

  private void moveAnchor(WriterConnection connection, @Nullable AccessRow deleted)
      throws SQLException {
    AuditHead target = deleted == null || deleted.mac() == null ? null : deleted.head();
    if (target == null) {
      AuditAnchor anchor = AuditAnchor.read(connection);
      if (anchor != null && !anchor.keyId().equals(macs.keyId()) && !anchor.isOfUnknownKey(macs)) {
        target = anchor.head();
      }
    }
    if (target != null) {
      connection.batch(Sql.PUT_ANCHOR, row(AuditAnchor.after(target, macs).columns()));
    }
  }

  private static List<@Nullable Object[]> row(@Nullable Object... columns) {
    return List.<@Nullable Object[]>of(columns);
  }
}
