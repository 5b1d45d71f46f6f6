package dev.holdfast.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the values of a setting that became a secret out of its history, and notes that the file
 * must be scrubbed.
 *
 * @param service its service
 * @param key its key
 * @param revision of the change that asked for it
 */
record Redaction(String service, String key, long revision) {
  private static final int PAGE = 500;

  private record Found(long id, String checksum, HistoryRow row) {
    /** A row that was damaged before stays damaged: its checksum is not made anew. */
    @Nullable Object[] redacted() {
      HistoryRow redacted = row.redacted();
      return new @Nullable Object[] {
        redacted.oldJson(),
        redacted.newJson(),
        checksum.equals(row.checksum()) ? redacted.checksum() : checksum,
        id
      };
    }
  }

  void writeTo(WriterConnection connection) throws SQLException {
    long last = 0;
    List<Found> page;
    do {
      page = connection.query(Sql.HISTORY_OF_KEY, Redaction::found, service, key, last, PAGE);
      List<@Nullable Object[]> rows = new ArrayList<>();
      for (Found found : page) {
        rows.add(found.redacted());
        last = found.id();
      }
      connection.batch(Sql.REDACT_HISTORY, rows);
    } while (page.size() == PAGE);
    connection.batch(Sql.OWE_SCRUB, List.<@Nullable Object[]>of(new @Nullable Object[] {revision}));
  }

  private static Found found(ResultSet row) throws SQLException {
    return new Found(
        row.getLong(12),
        row.getString(11),
        new HistoryRow(
            row.getString(1),
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getString(7),
            row.getLong(8),
            row.getLong(9),
            row.getLong(10)));
  }
}
