package dev.holdfast.storage;

import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.ServiceWrite;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes values that were taken out of the history vanish from the bytes of the file and its log.
 *
 * <p>The file is written anew, by VACUUM, and the log emptied into it. {@code secure_delete} would
 * not do: when SQLite spreads the rows of a page over several, it leaves bytes of those that moved
 * in the free space of the page, where no later delete finds them.
 *
 * <p>That a scrub is owed is stored with the redaction itself, so it outlives a crash. While some
 * reader holds the log, the log cannot be emptied: it is tried again later.
 */
final class Scrub {
  private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);

  private final Writer writer;
  private final WriteQueue queue;
  private long rewritten;

  Scrub(Writer writer, WriteQueue queue) {
    this.writer = writer;
    this.queue = queue;
  }

  /** After a change was committed. */
  void after(CommitChange change) {
    if (change.writes().stream().anyMatch(Scrub::redacts)) {
      run().onFailure(failure -> LOG.warn("old values are not yet out of the file", failure));
    }
  }

  private static boolean redacts(ServiceWrite write) {
    return write instanceof ServiceWrite.Put put && !put.redactedKeys().isEmpty();
  }

  /** Does what is owed; whether nothing is owed any more. */
  Future<Boolean> run() {
    return queue.chore(this::scrub);
  }

  private boolean scrub() throws SQLException {
    List<Long> owed = writer.connection().query(Sql.SCRUB_OWED, row -> row.getLong(1));
    if (owed.isEmpty()) {
      return true;
    }
    if (rewritten != owed.get(0)) {
      writer.outside(
          connection -> {
            connection.execute(Sql.VACUUM);
            return true;
          });
      rewritten = owed.get(0);
    }
    boolean emptied =
        writer.outside(
            connection ->
                connection.query(Sql.CHECKPOINT, row -> row.getInt(1) == 0).contains(true));
    if (emptied) {
      writer.transaction(
          connection -> {
            connection.execute(Sql.SCRUBBED);
            return true;
          });
    } else {
      LOG.info("another program reads the database, so old values stay in its log for now");
    }
    return emptied;
  }
}
