package dev.holdfast.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * SQLite with write-ahead log and full synchronisation, a commit for each write of one row: what a
 * manager without group commit could reach at most. Arguments: seconds, value.
 */
public final class RawCommits {
  private RawCommits() {}

  /** Prints the commits a second. */
  public static void main(String[] arguments) throws SQLException {
    long end = System.nanoTime() + Long.parseLong(arguments[0]) * 1_000_000_000L;
    try (Connection connection =
        DriverManager.getConnection("jdbc:sqlite:raw.db?journal_mode=WAL&synchronous=FULL")) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE IF NOT EXISTS t (k TEXT PRIMARY KEY, v TEXT)");
      }
      connection.setAutoCommit(false);
      long count = 0;
      long began = System.nanoTime();
      try (PreparedStatement put =
          connection.prepareStatement("INSERT OR REPLACE INTO t VALUES (?, ?)")) {
        while (System.nanoTime() < end) {
          put.setString(1, "writer-" + count++ % 64);
          put.setString(2, arguments[1]);
          put.executeUpdate();
          connection.commit();
        }
      }
      System.out.println("commits=" + count * 1e9 / (System.nanoTime() - began));
    }
  }

  /** Runs it on the processors for servers. */
  static double measure(Bench bench, String like) throws IOException, InterruptedException {
    return bench.printed(
        "commits", RawCommits.class, String.valueOf(Math.max(1, bench.seconds() / 2)), like);
  }
}
