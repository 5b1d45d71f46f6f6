package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.CheckKeys;
import dev.holdfast.messages.storage.Done;
import dev.holdfast.messages.storage.KeyMarked;
import dev.holdfast.messages.storage.MarkKey;
import dev.holdfast.model.Times;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Knows by their check values the keys this database was written with. Blocks. */
final class KeyChecks {
  private final Writer writer;
  private final Clock clock;

  KeyChecks(Writer writer, Clock clock) {
    this.writer = writer;
    this.clock = clock;
  }

  /**
   * Stores the values of unknown ids. Known ones need no lock, so that a start with them succeeds
   * while another process holds it.
   *
   * @throws BusFailure {@code CONFLICT} with the id when another value is known; nothing is stored
   */
  Done check(CheckKeys question) throws SQLException {
    if (!unknown(writer.connection(), question).isEmpty()) {
      writer.transaction(connection -> store(connection, unknown(connection, question)));
    }
    return new Done();
  }

  /**
   * Remembers since when the key is not needed, or that it is. What is so already costs no write.
   *
   * @throws BusFailure {@code NOT_FOUND} when no value of this key was ever stored
   */
  KeyMarked mark(MarkKey question) throws SQLException {
    KeyMarked stored = marked(writer.connection(), question);
    if ((stored.unusedSince() == null) == (question.unusedSince() == null)) {
      return stored;
    }
    return writer.transaction(
        connection -> {
          String since =
              question.unusedSince() == null ? null : Times.format(question.unusedSince());
          @Nullable Object[] row = {since, question.keyId()};
          connection.batch(Sql.MARK_KEY, List.<@Nullable Object[]>of(row));
          return marked(connection, question);
        });
  }

  private static KeyMarked marked(WriterConnection connection, MarkKey question)
      throws SQLException {
    Map<String, @Nullable Instant> marks = unusedSince(connection);
    if (!marks.containsKey(question.keyId())) {
      throw BusFailure.of(
          FailureCode.NOT_FOUND,
          "key id: " + question.keyId() + " (expected: one this database was used with)");
    }
    return new KeyMarked(marks.get(question.keyId()));
  }

  /** Every key id, with the time since when no secret needs the key, or null. */
  static Map<String, @Nullable Instant> unusedSince(WriterConnection connection)
      throws SQLException {
    Map<String, @Nullable Instant> marks = new TreeMap<>();
    connection.query(
        Sql.UNUSED_SINCE,
        row -> {
          String since = row.getString(2);
          return marks.put(row.getString(1), since == null ? null : Times.parse(since));
        });
    return marks;
  }

  private static Map<String, String> unknown(WriterConnection connection, CheckKeys question)
      throws SQLException {
    Map<String, String> known = new HashMap<>();
    connection.query(Sql.KEY_CHECKS, row -> known.put(row.getString(1), row.getString(2)));
    Map<String, String> unknown = new TreeMap<>(question.checks());
    unknown.forEach(
        (id, value) -> {
          if (!known.getOrDefault(id, value).equals(value)) {
            throw BusFailure.of(
                FailureCode.CONFLICT,
                "the key bytes under id "
                    + id
                    + " are not those this database was written with (expected: the bytes that"
                    + " were in use under this id)");
          }
        });
    unknown.keySet().removeAll(known.keySet());
    return unknown;
  }

  private Done store(WriterConnection connection, Map<String, String> checks) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    checks.forEach(
        (id, value) -> rows.add(new @Nullable Object[] {id, value, Times.format(clock.instant())}));
    connection.batch(Sql.INSERT_KEY_CHECK, rows);
    return new Done();
  }
}
