package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What goes wrong in the database, as a failure with a text that is safe for callers. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final int PRIMARY = 0xff;

  private Failures() {}

  /** The typed failure of anything that a statement, a connection or the pool threw. */
  static BusFailure of(Throwable failure) {
    if (failure instanceof BusFailure typed) {
      return typed;
    }
    if (failure instanceof SQLException sql) {
      return of(code(sql));
    }
    if (failure instanceof ConnectionPoolTooBusyException) {
      return BusFailure.of(FailureCode.UNAVAILABLE, "too many queries waiting; try again");
    }
    return BusFailure.of(FailureCode.INTERNAL, "internal error, see the log");
  }

  /** The same, with the cause logged. */
  static BusFailure logged(String what, Throwable failure) {
    BusFailure typed = of(failure);
    if (failure != typed) {
      LOG.warn("{}: {}", what, typed.detail(), failure);
    }
    return typed;
  }

  /** A file that cannot be made or looked at. */
  static BusFailure file(Path path, IOException failure) {
    return BusFailure.of(
        code(failure),
        path
            + ": cannot be used as the database: "
            + failure.getClass().getSimpleName()
            + ": "
            + failure.getMessage());
  }

  /** The file system's own words are all that Java passes on. */
  private static FailureCode code(IOException failure) {
    String reason = String.valueOf(failure.getMessage());
    if (failure instanceof AccessDeniedException
        || reason.contains("Read-only file system")
        || reason.contains("Operation not permitted")) {
      return FailureCode.STORAGE_READ_ONLY;
    }
    return reason.contains("No space left") || reason.contains("quota exceeded")
        ? FailureCode.STORAGE_FULL
        : FailureCode.STORAGE_FAILED;
  }

  static boolean isLocked(SQLException failure) {
    return of(failure).code() == FailureCode.STORAGE_LOCKED;
  }

  /** Whether the statement or its values are at fault, not the database or the disk. */
  static boolean isOfTheChange(SQLException failure) {
    return switch (primary(code(failure))) {
      case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_ERROR, SQLITE_RANGE -> true;
      default -> false;
    };
  }

  private static BusFailure of(SQLiteErrorCode code) {
    return switch (primary(code)) {
      case SQLITE_BUSY, SQLITE_LOCKED ->
          BusFailure.of(
              FailureCode.STORAGE_LOCKED, "another process holds the database; try again");
      case SQLITE_FULL ->
          BusFailure.of(FailureCode.STORAGE_FULL, "the disk or the database is full");
      case SQLITE_READONLY ->
          BusFailure.of(
              FailureCode.STORAGE_READ_ONLY,
              "the database or its file system takes no writes (" + code + ")");
      case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE ->
          BusFailure.of(FailureCode.INTERNAL, "the database refused a change (" + code + ")");
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          BusFailure.of(FailureCode.STORAGE_CORRUPT, "the database is damaged (" + code + ")");
      default -> BusFailure.of(FailureCode.STORAGE_FAILED, "the database failed (" + code + ")");
    };
  }

  private static SQLiteErrorCode code(SQLException failure) {
    return failure instanceof SQLiteException sqlite
        ? sqlite.getResultCode()
        : SQLiteErrorCode.getErrorCode(failure.getErrorCode());
  }

  private static SQLiteErrorCode primary(SQLiteErrorCode code) {
    return code == SQLiteErrorCode.UNKNOWN_ERROR
        ? code
        : SQLiteErrorCode.getErrorCode(code.code & PRIMARY);
  }
}
