package dev.holdfast.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes a history long by copying its own rows under other services. */
final class History {
  private History() {}

  /** Brings it to that many rows, in a database that nobody has open; gives how many it has. */
  static long grow(Path database, long rows) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous = OFF");
      long have = count(statement);
      while (have < rows) {
        long more = Math.min(have, rows - have);
        statement.execute(
            "INSERT INTO config_history (service, key, old_value_json, new_value_json, changed_at,"
                + " changed_by, change_reason, revision, version, changed_micros, checksum)"
                + " SELECT 'old-' || (id % 1000), key, old_value_json, new_value_json, changed_at,"
                + " changed_by, change_reason, revision, version, changed_micros, checksum"
                + " FROM config_history LIMIT "
                + more);
        have += more;
      }
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
      return have;
    }
  }

  private static long count(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT count(*) FROM config_history")) {
      return row.getLong(1);
    }
  }
}
