package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/**
 * Opens connections. Each one is set up for durability and asked whether it took: a connection that
 * does not read back what was set is closed and fails {@code STORAGE_FAILED}, so that no commit
 * runs on weaker promises. Never makes a file: one that vanished fails instead of coming back
 * empty.
 */
final class ConnectionSource implements DataSource {
  /** How long a statement waits for another process's lock. */
  static final int BUSY_TIMEOUT_MILLIS = 800;

  /** Before it, a race between commit and checkpoint could damage the file. */
  static final String OLDEST_SQLITE = "3.51.3";

  private static final List<Pragma> ALWAYS =
      List.of(
          new Pragma("busy_timeout", String.valueOf(BUSY_TIMEOUT_MILLIS)),
          new Pragma("journal_mode", "wal"),
          new Pragma("synchronous", "2"),
          new Pragma("foreign_keys", "1"));
  private static final Pragma READS_ONLY = new Pragma("query_only", "1");

  /**
   * Pages of the log, 16 MiB, after which it is brought into the database. A change alters the same
   * pages as others before it: the longer the log, the less often each of them is written twice.
   */
  private static final Pragma LOG = new Pragma("wal_autocheckpoint", "4096");

  /**
   * Pages of the log, 64 MiB, after which SQLite brings it into the database although another
   * program replicates it: that one does so every thousand pages, unless it does not run.
   */
  private static final Pragma LOG_OF_REPLICATED = new Pragma("wal_autocheckpoint", "16384");

  private record Pragma(String name, String value) {}

  private final DatabaseFile file;
  private final @Nullable Pragma special;
  private final SQLiteDataSource sqlite;

  private ConnectionSource(DatabaseFile file, @Nullable Pragma special) {
    this.file = file;
    this.special = special;
    SQLiteConfig config = new SQLiteConfig();
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    this.sqlite = new SQLiteDataSource(config);
    sqlite.setUrl(url(file.path()));
  }

  /** Connections that may write, and empty the log themselves. */
  static ConnectionSource forWriting(DatabaseFile file) {
    return forWriting(file, false);
  }

  /**
   * Connections that may write.
   *
   * @param replicated whether another program empties the log, which it must read before
   */
  static ConnectionSource forWriting(DatabaseFile file, boolean replicated) {
    return new ConnectionSource(file, replicated ? LOG_OF_REPLICATED : LOG);
  }

  /** Connections that refuse to write. */
  static ConnectionSource forReading(DatabaseFile file) {
    return new ConnectionSource(file, READS_ONLY);
  }

  /** A connection that alters nothing, not even the journal mode, to look who made the file. */
  static Connection openUntouched(Path file) throws SQLException {
    NativeLibrary.load();
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    SQLiteDataSource sqlite = new SQLiteDataSource(config);
    sqlite.setUrl(url(file));
    return sqlite.getConnection();
  }

  @Override
  public Connection getConnection() throws SQLException {
    file.verifyInPlace();
    NativeLibrary.load();
    Connection connection = sqlite.getConnection();
    try {
      setUp(connection);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void setUp(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (Pragma pragma : ALWAYS) {
        apply(statement, pragma);
      }
      if (special != null) {
        apply(statement, special);
      }
      String version = one(statement, "SELECT sqlite_version()");
      if (!isAtLeast(version, OLDEST_SQLITE)) {
        throw refused("sqlite_version", version, OLDEST_SQLITE + " or newer");
      }
    }
  }

  private static void apply(Statement statement, Pragma pragma) throws SQLException {
    statement.execute("PRAGMA " + pragma.name() + " = " + pragma.value());
    String readBack = one(statement, "PRAGMA " + pragma.name());
    if (!pragma.value().equals(readBack)) {
      throw refused(pragma.name(), readBack, pragma.value());
    }
  }

  /** Compares dotted versions number by number. */
  static boolean isAtLeast(String version, String least) {
    String[] ours = version.split("\\.", -1);
    String[] theirs = least.split("\\.", -1);
    for (int i = 0; i < theirs.length; i++) {
      int difference =
          (i < ours.length ? Integer.parseInt(ours[i]) : 0) - Integer.parseInt(theirs[i]);
      if (difference != 0) {
        return difference > 0;
      }
    }
    return true;
  }

  private static String one(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      String value = rows.next() ? rows.getString(1) : null;
      return value == null ? "nothing" : value;
    }
  }

  private static BusFailure refused(String what, String found, String expected) {
    return BusFailure.of(
        FailureCode.STORAGE_FAILED,
        "the database connection has " + what + ": " + found + " (expected: " + expected + ")");
  }

  private static String url(Path file) {
    return "jdbc:sqlite:" + file;
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
    throw new SQLFeatureNotSupportedException("logs go through slf4j");
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException("there is no login");
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("logs go through slf4j");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("wraps no " + type.getName());
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
