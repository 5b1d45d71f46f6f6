package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection that writes, on a thread of its own.
 *
 * <p>A whole transaction is one blocking piece of work on plain JDBC with statements that stay
 * prepared: a round trip between event loop and worker for each statement would take longer than
 * the fsync of the commit.
 *
 * <p>A connection on which anything failed, other than waiting for the lock, is closed and never
 * used again: after an error of fsync it cannot be known what it holds. The next transaction opens
 * a fresh one, which must first bring the whole log into the database and commit a write: what the
 * disk refused to keep may still look kept from memory.
 */
final class Writer {
  /** What happens inside a transaction. */
  @FunctionalInterface
  interface Work<T> {
    T run(WriterConnection connection) throws SQLException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
  private static final String THREAD = "holdfast-storage-writer";

  private final WorkerExecutor worker;
  private final DatabaseFile file;
  private final ConnectionSource source;
  private final boolean replicated;
  private @Nullable WriterConnection current;
  private @Nullable FailureCode lastFailure;

  /** Before, the failures are those of the start or the probe that opens it, told there. */
  private boolean opened;

  /** Why the connection before was given up; null once a write has proved the database well. */
  private @Nullable FailureCode suspect;

  /** {@code replicated}: see {@link ConnectionSource#forWriting}. */
  Writer(Vertx vertx, DatabaseFile file, boolean replicated) {
    this.worker = vertx.createSharedWorkerExecutor(THREAD, 1, 10, TimeUnit.SECONDS);
    this.file = file;
    this.source = ConnectionSource.forWriting(file, replicated);
    this.replicated = replicated;
  }

  /** Opens the connection and brings the tables up to date; makes them only where told to. */
  Future<Void> open(Clock clock, boolean create) {
    return run(
        () -> {
          Migrations.verifyOurs(file, create);
          Connection connection = source.getConnection();
          try {
            Migrations.apply(connection, clock);
          } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
          }
          current = new WriterConnection(connection);
          opened = true;
          return null;
        });
  }

  /** Runs blocking work on the writer's thread; what it throws becomes a typed failure. */
  <T> Future<T> run(Callable<@Nullable T> work) {
    return worker.executeBlocking(
        () -> {
          try {
            T result = work.call();
            recovered();
            return result;
          } catch (Exception e) {
            throw failed(e);
          }
        },
        false);
  }

  /**
   * A transaction that holds the write lock from its first statement. Returns after COMMIT did.
   * Blocks; for the writer's thread.
   *
   * @throws BusFailure what {@code work} threw, after a rollback
   * @throws SQLException anything else; nothing was committed, except that after a failed COMMIT
   *     nobody knows
   */
  <T> T transaction(Work<T> work) throws SQLException {
    return within(Sql.COMMIT, work);
  }

  /** The same, but rolled back at the end. */
  <T> T rolledBack(Work<T> work) throws SQLException {
    return within(Sql.ROLLBACK, work);
  }

  /**
   * Work that no transaction may surround. Blocks; for the writer's thread.
   *
   * @throws SQLException when it failed; how far it came, nobody knows
   */
  <T> T outside(Work<T> work) throws SQLException {
    WriterConnection connection = connection();
    file.verifyInPlace();
    try {
      return work.run(connection);
    } catch (SQLException e) {
      if (!Failures.isLocked(e)) {
        discard(e);
      }
      throw e;
    }
  }

  private <T> T within(String end, Work<T> work) throws SQLException {
    WriterConnection connection = begin();
    try {
      T result = work.run(connection);
      connection.execute(end);
      return result;
    } catch (BusFailure e) {
      rollback(connection);
      throw e;
    } catch (SQLException e) {
      discard(e);
      throw e;
    } catch (RuntimeException e) {
      discard();
      throw e;
    }
  }

  private WriterConnection begin() throws SQLException {
    WriterConnection connection = connection();
    file.verifyInPlace();
    try {
      connection.execute(Sql.BEGIN);
      return connection;
    } catch (SQLException e) {
      if (!Failures.isLocked(e)) {
        discard(e);
      }
      throw e;
    }
  }

  /** The connection, opened where there is none. Blocks; for the writer's thread. */
  WriterConnection connection() throws SQLException {
    WriterConnection connection = current;
    if (connection == null) {
      connection = new WriterConnection(source.getConnection());
      if (suspect != null) {
        prove(connection);
      }
      current = connection;
    }
    return connection;
  }

  private void prove(WriterConnection connection) throws SQLException {
    try {
      if (suspect == FailureCode.STORAGE_FULL && !file.hasRoom()) {
        throw BusFailure.of(FailureCode.STORAGE_FULL, "the disk is full");
      }
      if (!connection.query(checkpoint(), row -> row.getInt(1) == 0).contains(true)) {
        throw BusFailure.of(
            FailureCode.STORAGE_LOCKED, "another process reads the database; try again");
      }
      connection.execute(Sql.BEGIN);
      connection.execute(Sql.TOUCH);
      connection.execute(Sql.COMMIT);
      suspect = null;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Who replicates reads the log all the time, so it is never empty. Where the disk said at once
   * that it took nothing, that is no harm; after an error of input and output it is.
   */
  private String checkpoint() {
    return replicated && suspect != FailureCode.STORAGE_FAILED
        ? Sql.CHECKPOINT_BESIDE
        : Sql.CHECKPOINT;
  }

  private void discard(SQLException cause) {
    FailureCode code = Failures.of(cause).code();
    if (code.ofStorage()) {
      suspect = code;
    }
    discard();
  }

  private void rollback(WriterConnection connection) {
    try {
      connection.execute(Sql.ROLLBACK);
    } catch (SQLException e) {
      LOG.warn("a rollback failed; the connection is closed", e);
      discard();
    }
  }

  private void discard() {
    WriterConnection connection = current;
    current = null;
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.warn("a connection that failed could not be closed", e);
      }
    }
  }

  /** Empties the log into the database and closes; what fails on the way is logged. */
  Future<Void> close() {
    return this.<Void>run(
            () -> {
              WriterConnection connection = current;
              if (connection != null) {
                connection.execute(Sql.SHORT_WAIT);
                connection.execute(Sql.CHECKPOINT);
              }
              return null;
            })
        .transform(checkpointed -> discarded())
        .eventually(worker::close);
  }

  /** Closes without a word to the database beyond what closing itself takes. */
  Future<Void> abandon() {
    return discarded().eventually(worker::close);
  }

  private Future<Void> discarded() {
    return worker.executeBlocking(
        () -> {
          discard();
          return null;
        },
        false);
  }

  /** One line when the trouble begins and one when it ends, not one for every request. */
  private BusFailure failed(Exception failure) {
    BusFailure typed = Failures.of(failure);
    if (typed.code() == FailureCode.INTERNAL) {
      LOG.error("a defect in a statement or its values", failure);
    } else if (opened && isOfDatabase(typed.code()) && typed.code() != lastFailure) {
      LOG.error(
          "the database cannot be written: {}", typed.detail(), failure == typed ? null : failure);
      lastFailure = typed.code();
    }
    return typed;
  }

  private static boolean isOfDatabase(FailureCode code) {
    return code != FailureCode.CONFLICT && code != FailureCode.NOT_FOUND;
  }

  private void recovered() {
    if (lastFailure != null) {
      LOG.info("the database can be written again");
      lastFailure = null;
    }
  }
}
