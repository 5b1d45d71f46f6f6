package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.FindItems;
import dev.holdfast.messages.storage.HistoryFound;
import dev.holdfast.messages.storage.ItemsFound;
import dev.holdfast.messages.storage.Stored;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.jdbcclient.JDBCPool;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads with a pool of connections of their own, which wait for no writer. */
final class Reader {
  private static final int MAX_WAITING = 1000;
  private static final int WAIT_SECONDS = 4;

  private record Found(ItemsFound.Hit hit, long total) {}

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

  /** Everything, as of one moment, every row verified. */
  Future<Stored> load() {
    return pool.withConnection(Reader::loadAtOnce).recover(failed("load"));
  }

  /**
   * In a transaction of SQL's own words: the JDBC client's {@code withTransaction} gives the
   * connection back with auto-commit off, and its next reader would see the same moment for ever.
   */
  private static Future<Stored> loadAtOnce(SqlConnection connection) {
    return connection
        .query(Sql.BEGIN_READ)
        .execute()
        .compose(begun -> load(connection))
        .eventually(() -> connection.query(Sql.ROLLBACK).execute());
  }

  private static Future<Stored> load(SqlConnection connection) {
    return list(connection, Sql.META, Tuple.tuple(), Reader::meta)
        .compose(
            metas ->
                list(connection, Sql.SCHEMA_VERSION, Tuple.tuple(), Reader::model)
                    .compose(
                        models ->
                            rest(
                                connection,
                                metas.stream().findFirst().orElseThrow(Reader::metaMissing),
                                models.stream().findFirst().orElse(ModelRow.NONE))));
  }

  private static Future<Stored> rest(SqlConnection connection, MetaRow meta, ModelRow model) {
    var services =
        list(connection, Sql.ALL_SERVICES, Tuple.tuple(), row -> service(row).toStored());
    var schemas = list(connection, Sql.ALL_SCHEMAS, Tuple.tuple(), row -> schema(row).toWrite());
    var tombstones =
        list(connection, Sql.ALL_TOMBSTONES, Tuple.tuple(), row -> tombstone(row).toTombstone());
    return Future.all(services, schemas, tombstones)
        .map(
            all ->
                new Stored(
                    meta.epoch(),
                    meta.revision(),
                    model.version(),
                    model.hash(),
                    services.result(),
                    schemas.result(),
                    tombstones.result()));
  }

  Future<ItemsFound> find(FindItems question) {
    Tuple parameters =
        Tuple.of(
            question.query().toLowerCase(Locale.ROOT),
            question.complexity() == null ? null : question.complexity().word(),
            question.type() == null ? null : question.type().word(),
            question.services() == null ? null : StoredJson.names(question.services()),
            question.maxResults());
    return list(
            pool,
            Sql.FIND_ITEMS,
            parameters,
            row ->
                new Found(
                    new ItemsFound.Hit(
                        row.getString(0), row.getString(1), row.getInteger(2) / 10.0),
                    row.getLong(3)))
        .map(
            found ->
                new ItemsFound(
                    found.stream().map(Found::hit).toList(),
                    found.isEmpty() ? 0 : found.get(0).total()))
        .recover(failed("search"));
  }

  Future<HistoryFound> find(FindHistory question) {
    StringBuilder sql = new StringBuilder(Sql.HISTORY);
    Tuple parameters = Tuple.tuple();
    if (question.services() != null) {
      sql.append(" AND service IN (SELECT value FROM json_each(?))");
      parameters.addValue(StoredJson.names(question.services()));
    }
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

  Future<Void> close() {
    return pool.close();
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

  private static MetaRow meta(Row row) {
    return new MetaRow(row.getString(0), row.getLong(1), row.getString(2))
        .verified(row.getString(3));
  }

  private static ModelRow model(Row row) {
    return new ModelRow(row.getLong(0), row.getString(1), row.getString(2))
        .verified(row.getString(3));
  }

  private static ServiceRow service(Row row) {
    return new ServiceRow(
            row.getString(0),
            row.getLong(1),
            row.getLong(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getString(7))
        .verified(row.getString(8));
  }

  private static TombstoneRow tombstone(Row row) {
    return new TombstoneRow(
            row.getString(0),
            row.getLong(1),
            row.getLong(2),
            row.getString(3),
            row.getString(4),
            row.getString(5))
        .verified(row.getString(6));
  }

  private static SchemaRow schema(Row row) {
    return new SchemaRow(
            row.getString(0),
            row.getString(1),
            row.getString(2),
            row.getString(3),
            row.getString(4))
        .verified(row.getString(5));
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

  private static BusFailure metaMissing() {
    return BusFailure.of(
        FailureCode.STORAGE_CORRUPT, "epoch and revision are missing; the database is damaged");
  }

  private static <T> Function<Throwable, Future<T>> failed(String what) {
    return failure -> Future.failedFuture(Failures.logged(what, failure));
  }
}
