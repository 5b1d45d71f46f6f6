package dev.holdfast.storage;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.storage.AccessFound;
import dev.holdfast.messages.storage.FindAccess;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.HistoryFound;
import dev.holdfast.model.Times;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.jdbcclient.JDBCPool;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads with a pool of connections of their own, which wait for no writer. */
final class Reader {
  private static final int MAX_WAITING = 1000;
  private static final int WAIT_SECONDS = 4;
  private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private final Pool pool;

  Reader(Vertx vertx, DatabaseFile file, int connections) {
    this.pool =
        JDBCPool.pool(
            vertx,
            ConnectionSource.forReading(file),
            new PoolOptions()
                .setMaxSize(connections)
                .setMaxWaitQueueSize(MAX_WAITING)
                .setConnectionTimeout(WAIT_SECONDS)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS));
  }

  Future<HistoryFound> find(FindHistory question) {
    StringBuilder sql = new StringBuilder(Sql.HISTORY);
    Tuple parameters = Tuple.tuple();
    services(sql, parameters, question.services());
    condition(sql, parameters, " AND key = ?", question.key());
    condition(
        sql,
        parameters,
        " AND changed_micros >= ?",
        question.from() == null ? null : HistoryRow.micros(question.from()));
    condition(
        sql,
        parameters,
        " AND changed_micros <= ?",
        question.to() == null ? null : HistoryRow.micros(question.to()));
    condition(sql, parameters, " AND id < ?", question.before());
    if (!question.ids().isEmpty()) {
      sql.append(" AND id IN (SELECT value FROM json_each(?))");
      parameters.addValue(CanonicalJson.write(question.ids()));
    }
    parameters.addValue(question.limit());
    return list(pool, sql.append(Sql.NEWEST_FIRST).toString(), parameters, Reader::history)
        .map(HistoryFound::new)
        .recover(failed("history"));
  }

  Future<AccessFound> find(FindAccess question) {
    StringBuilder sql = new StringBuilder(Sql.ACCESS);
    Tuple parameters = Tuple.tuple();
    services(sql, parameters, question.services());
    condition(sql, parameters, " AND user_id = ?", question.userId());
    condition(sql, parameters, " AND action = ?", question.action());
    condition(sql, parameters, " AND key = ?", question.key());
    Boolean success = question.success();
    condition(sql, parameters, " AND success = ?", success == null ? null : success ? 1 : 0);
    condition(sql, parameters, " AND timestamp >= ?", text(question.from()));
    condition(sql, parameters, " AND timestamp <= ?", text(question.to()));
    condition(sql, parameters, " AND id < ?", question.before());
    parameters.addValue(question.limit());
    return list(pool, sql.append(Sql.NEWEST_FIRST).toString(), parameters, Reader::access)
        .map(AccessFound::new)
        .recover(failed("access log"));
  }

  Future<Void> close() {
    return pool.close();
  }

  private static void services(
      StringBuilder sql, Tuple parameters, @Nullable Set<String> services) {
    condition(
        sql,
        parameters,
        " AND service IN (SELECT value FROM json_each(?))",
        services == null ? null : StoredJson.names(services));
  }

  /** As it stands in the table, where texts of times compare as the times do. */
  private static @Nullable String text(@Nullable Instant time) {
    if (time == null) {
      return null;
    }
    Instant late = time.isAfter(LATEST) ? LATEST : time;
    return Times.format(late.isBefore(EARLIEST) ? EARLIEST : late);
  }

  private static void condition(
      StringBuilder sql, Tuple parameters, String condition, @Nullable Object value) {
    if (value != null) {
      sql.append(condition);
      parameters.addValue(value);
    }
  }

  /** Rows are made into values, and verified, where they are read: on a worker thread. */
  private static <T> Future<List<T>> list(
      SqlClient client, String sql, Tuple parameters, Function<Row, T> reader) {
    return client
        .preparedQuery(sql)
        .collecting(Collectors.mapping(reader, Collectors.<T>toList()))
        .execute(parameters)
        .map(SqlResult::value);
  }

  private static HistoryEntry history(Row row) {
    long id = row.getLong(11);
    return new HistoryRow(
            row.getString(0),
            row.getString(1),
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getLong(7),
            row.getLong(8),
            row.getLong(9))
        .verified(id, row.getString(10))
        .toEntry(id);
  }

  private static AccessFound.Row access(Row row) {
    return new AccessRow(
            row.getLong(0),
            row.getString(1),
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getLong(5),
            row.getString(6),
            row.getString(7),
            row.getString(8),
            row.getString(9))
        .toFound();
  }

  private static <T> Function<Throwable, Future<T>> failed(String what) {
    return failure -> Future.failedFuture(Failures.logged(what, failure));
  }
}
