package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.model.Times;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Brings the tables up to date. Each migration is a file and one transaction; its number, one above
 * that of the one before, becomes the database's {@code user_version}. {@code application_id} tells
 * our files from others'. All block.
 */
final class Migrations {
  /** "HFLD". */
  static final int APPLICATION_ID = 0x48464c44;

  private static final List<String> FILES =
      List.of(
          "001-settings.sql",
          "002-secrets-and-audit.sql",
          "003-heartbeat.sql",
          "004-search-in-memory.sql");

  private Migrations() {}

  /**
   * Refuses, before anything in it is touched, a file that another program made ({@code
   * STORAGE_FOREIGN}), one of a newer release ({@code STORAGE_NEWER}) and one that is damaged or no
   * database ({@code STORAGE_CORRUPT}).
   *
   * @param create whether one without tables is a new database; else its log was lost
   */
  static void verifyOurs(DatabaseFile file, boolean create) {
    if (file.isEmpty()) {
      return;
    }
    Path path = file.path();
    try (Connection connection = ConnectionSource.openUntouched(path);
        Statement statement = connection.createStatement()) {
      long application = number(statement, "PRAGMA application_id");
      long applied = number(statement, "PRAGMA user_version");
      boolean blank = number(statement, "SELECT COUNT(*) FROM sqlite_schema") == 0;
      if (application != APPLICATION_ID && !(application == 0 && applied == 0 && blank)) {
        throw BusFailure.of(
            FailureCode.STORAGE_FOREIGN,
            path + ": a database of another program (expected: one made by Holdfast)");
      }
      if (blank && !create) {
        throw corrupt(path + ": it holds nothing, but the files beside it show that it did");
      }
      if (applied > FILES.size()) {
        throw BusFailure.of(
            FailureCode.STORAGE_NEWER,
            path
                + ": made by a newer release: it has migration "
                + applied
                + " (expected: at most "
                + FILES.size()
                + "); start that release, or put back the database of this one");
      }
    } catch (SQLException e) {
      BusFailure failure = Failures.of(e);
      throw failure.code() == FailureCode.STORAGE_CORRUPT
          ? corrupt(path + ": damaged or no SQLite database (" + e.getMessage() + ")")
          : BusFailure.of(failure.code(), path + ": " + failure.detail());
    }
  }

  /**
   * Refuses a file of another program, and one that a start of this release did not yet bring up.
   */
  static void verifyCurrent(Path path, WriterConnection connection) throws SQLException {
    long application = number(connection, "PRAGMA application_id");
    long applied = number(connection, "PRAGMA user_version");
    if (application != APPLICATION_ID) {
      throw corrupt(path + ": not a database of Holdfast");
    }
    if (applied != FILES.size()) {
      throw corrupt(
          path
              + ": made by another release: it has migration "
              + applied
              + " (expected: "
              + FILES.size()
              + ", which a start of this release brings)");
    }
  }

  private static long number(WriterConnection connection, String sql) throws SQLException {
    return connection.query(sql, row -> row.getLong(1)).get(0);
  }

  /** Applies what is missing; a new database also gets its epoch. */
  static void apply(Connection connection, Clock clock) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (int done = (int) number(statement, "PRAGMA user_version"); done < FILES.size(); done++) {
        statement.execute(Sql.BEGIN);
        try {
          statement.executeUpdate(resource(FILES.get(done)));
          if (done == 0) {
            insertMeta(connection, clock);
          }
          statement.execute("PRAGMA application_id = " + APPLICATION_ID);
          statement.execute("PRAGMA user_version = " + (done + 1));
          statement.execute(Sql.COMMIT);
        } catch (SQLException | RuntimeException e) {
          statement.execute(Sql.ROLLBACK);
          throw e;
        }
      }
    }
  }

  /** A connection to a database that was brought up to date; for the caller to close. */
  static Connection applied(ConnectionSource source) throws SQLException {
    Connection connection = source.getConnection();
    try {
      apply(connection, Clock.systemUTC());
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static void insertMeta(Connection connection, Clock clock) throws SQLException {
    MetaRow meta = new MetaRow(UUID.randomUUID().toString(), 0, Times.format(clock.instant()));
    try (PreparedStatement insert = connection.prepareStatement(Sql.INSERT_META)) {
      @Nullable Object[] columns = meta.columns();
      for (int i = 0; i < columns.length; i++) {
        insert.setObject(i + 1, columns[i]);
      }
      insert.executeUpdate();
    }
  }

  private static String resource(String name) {
    try (InputStream in = Migrations.class.getResourceAsStream("/db/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private static BusFailure corrupt(String detail) {
    return BusFailure.of(FailureCode.STORAGE_CORRUPT, detail);
  }
}
