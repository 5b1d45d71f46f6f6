package dev.holdfast.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection that keeps its prepared statements. For one thread; all block. */
final class WriterConnection implements AutoCloseable {
  /** Makes something of the current row. */
  @FunctionalInterface
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private static final int[] NONE = {};

  private final Connection connection;
  private final Statement control;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  WriterConnection(Connection connection) throws SQLException {
    this.connection = connection;
    this.control = connection.createStatement();
  }

  /** Runs a statement without parameters or rows. */
  void execute(String sql) throws SQLException {
    control.execute(sql);
  }

  /**
   * Runs a statement once for each row of parameters.
   *
   * @return how many rows of the table each of them altered
   */
  int[] batch(String sql, List<@Nullable Object[]> rows) throws SQLException {
    if (rows.isEmpty()) {
      return NONE;
    }
    PreparedStatement statement = prepare(sql);
    for (@Nullable Object[] row : rows) {
      bind(statement, row);
      statement.addBatch();
    }
    return statement.executeBatch();
  }

  /** Reads all rows. */
  <T> List<T> query(String sql, Reader<T> reader, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = prepare(sql);
    bind(statement, parameters);
    List<T> result = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        result.add(reader.read(rows));
      }
    }
    return result;
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement known = prepared.get(sql);
    if (known == null) {
      known = connection.prepareStatement(sql);
      prepared.put(sql, known);
    }
    return known;
  }

  private static void bind(PreparedStatement statement, @Nullable Object[] row)
      throws SQLException {
    for (int i = 0; i < row.length; i++) {
      statement.setObject(i + 1, row[i]);
    }
  }

  /** Closes the connection; an open transaction is rolled back. */
  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
