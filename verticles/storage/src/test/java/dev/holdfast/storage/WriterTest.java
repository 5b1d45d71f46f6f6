package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterTest {
  @TempDir Path folder;
  Vertx vertx;
  Writer writer;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    writer = new Writer(vertx, DatabaseFile.prepare(folder.resolve("config.db"), true), false);
    Room.await(writer.open(Clock.systemUTC(), true));
  }

  @AfterEach
  void close() {
    Room.await(writer.close());
    Room.await(vertx.close());
  }

  @Test
  void transaction_commitFails_storesNothingAndNeverUsesTheConnectionAgain() {
    List<WriterConnection> used = new ArrayList<>();

    BusFailure failure =
        Room.failure(
            writer.run(
                () ->
                    writer.transaction(
                        connection -> {
                          used.add(connection);
                          insertAccess(connection, "before");
                          connection.execute("PRAGMA defer_foreign_keys = ON");
                          connection.execute(
                              "INSERT INTO config_items (service, key, value_json, type,"
                                  + " complexity, description, is_secret, updated_at, updated_by)"
                                  + " VALUES ('no-service', 'k', '1', 'integer',"
                                  + " 'simple', '', 0, '', '')");
                          return true;
                        })));
    List<String> actions =
        Room.await(
            writer.run(
                () ->
                    writer.transaction(
                        connection -> {
                          used.add(connection);
                          insertAccess(connection, "after");
                          return actions(connection);
                        })));

    assertThat(failure.code()).isEqualTo(FailureCode.INTERNAL);
    assertThat(actions).containsExactly("after");
    assertThat(used).doesNotHaveDuplicates();
  }

  @Test
  void transaction_noRoomWhileAnotherReplicates_recoversThoughThatOneReads() throws Exception {
    Room.await(writer.close());
    Path file = folder.resolve("config.db");
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement reading = other.createStatement()) {
      for (boolean replicated : new boolean[] {false, true}) {
        writer = new Writer(vertx, DatabaseFile.prepare(file, true), replicated);
        Room.await(writer.open(Clock.systemUTC(), true));
        reading.execute("BEGIN");
        reading.executeQuery("SELECT COUNT(*) FROM meta").close();
        insert("seen by the reader as not yet there");
        Room.failure(
            writer.run(
                () ->
                    writer.transaction(
                        connection -> {
                          connection.execute("PRAGMA max_page_count = 1");
                          beat(connection, "x".repeat(100_000));
                          return true;
                        })));
        if (replicated) {
          insert("after");
        } else {
          assertThat(Room.failure(inserted("after")).code()).isEqualTo(FailureCode.STORAGE_LOCKED);
        }
        reading.execute("ROLLBACK");
        if (!replicated) {
          Room.await(writer.close());
        }
      }
    }
  }

  private void insert(String text) {
    Room.await(inserted(text));
  }

  private Future<Boolean> inserted(String text) {
    return writer.run(
        () ->
            writer.transaction(
                connection -> {
                  beat(connection, text);
                  return true;
                }));
  }

  private static void beat(WriterConnection connection, String text) throws SQLException {
    connection.batch(Sql.BEAT, List.<Object[]>of(new Object[] {text}));
  }

  @Test
  void transaction_noRoom_failsStorageFullAndRecovers() {
    BusFailure failure =
        Room.failure(
            writer.run(
                () ->
                    writer.transaction(
                        connection -> {
                          connection.execute("PRAGMA max_page_count = 1");
                          insertAccess(connection, "x".repeat(1_000_000));
                          return true;
                        })));
    List<String> actions =
        Room.await(
            writer.run(
                () ->
                    writer.transaction(
                        connection -> {
                          insertAccess(connection, "after");
                          return actions(connection);
                        })));

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_FULL);
    assertThat(actions).containsExactly("after");
  }

  @Test
  void rolledBack_storesNothingAndKeepsTheConnection() {
    List<WriterConnection> used = new ArrayList<>();
    Writer.Work<Boolean> probe =
        connection -> {
          insertAccess(connection, "probe");
          return used.add(connection);
        };

    Room.await(writer.run(() -> writer.rolledBack(probe)));
    List<String> actions =
        Room.await(
            writer.run(
                () ->
                    writer.rolledBack(
                        connection -> {
                          used.add(connection);
                          return actions(connection);
                        })));

    assertThat(actions).isEmpty();
    assertThat(used.get(0)).isSameAs(used.get(1));
  }

  private static void insertAccess(WriterConnection connection, String action) throws SQLException {
    connection.batch(
        Sql.INSERT_ACCESS,
        List.<Object[]>of(new Object[] {1, "u", action, null, null, 0, "r", "t", "k", "m"}));
  }

  private static List<String> actions(WriterConnection connection) throws SQLException {
    return connection.query("SELECT action FROM access_log", row -> row.getString(1));
  }
}
