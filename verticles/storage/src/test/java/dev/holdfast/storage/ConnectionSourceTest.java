package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionSourceTest {
  @TempDir Path folder;

  @Test
  void getConnection_everyOne_isDurable() throws SQLException {
    DatabaseFile file = DatabaseFile.prepare(folder.resolve("config.db"), true);
    for (ConnectionSource source :
        new ConnectionSource[] {
          ConnectionSource.forWriting(file), ConnectionSource.forReading(file)
        }) {
      for (int i = 0; i < 2; i++) {
        try (Connection connection = source.getConnection()) {
          assertThat(pragma(connection, "journal_mode")).isEqualTo("wal");
          assertThat(pragma(connection, "synchronous")).isEqualTo("2");
          assertThat(pragma(connection, "busy_timeout")).isEqualTo("800");
          assertThat(pragma(connection, "foreign_keys")).isEqualTo("1");
        }
      }
    }
  }

  @Test
  void getConnection_forReading_refusesToWrite() throws SQLException {
    DatabaseFile file = DatabaseFile.prepare(folder.resolve("config.db"), true);
    try (Connection connection = ConnectionSource.forReading(file).getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("CREATE TABLE t (a)"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("READONLY");
    }
  }

  @Test
  void journalMode_seenByAStranger_isWal() throws SQLException {
    try (Room room = Room.open(folder.resolve("config.db"))) {
      assertThat(room.one("PRAGMA journal_mode")).isEqualTo("wal");
      assertThat(room.one("PRAGMA application_id"))
          .isEqualTo(String.valueOf(Migrations.APPLICATION_ID));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3.51.3, true",
    "3.51.4, true",
    "3.52.0, true",
    "4.0, true",
    "3.51.10, true",
    "3.51.2, false",
    "3.51, false",
    "3.9.99, false",
    "2.99.99, false"
  })
  void isAtLeast_comparesNumbers(String version, boolean enough) {
    assertThat(ConnectionSource.isAtLeast(version, ConnectionSource.OLDEST_SQLITE))
        .isEqualTo(enough);
  }

  private static String pragma(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA " + name)) {
      return rows.getString(1);
    }
  }
}
