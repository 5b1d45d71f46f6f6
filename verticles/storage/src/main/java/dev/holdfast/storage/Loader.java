package dev.holdfast.storage;

import static dev.holdfast.storage.Reader.list;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.model.Sealed;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads everything there is, as of one moment, every row verified. */
final class Loader {
  private record Secret(String service, String key, Sealed seal) {}

  private final SqlConnection connection;

  Loader(SqlConnection connection) {
    this.connection = connection;
  }

  /**
   * In a transaction of SQL's own words: the JDBC client's {@code withTransaction} gives the
   * connection back with auto-commit off, and its next reader would see the same moment for ever.
   */
  Future<Stored> load() {
    return connection
        .query(Sql.BEGIN_READ)
        .execute()
        .compose(begun -> list(connection, Sql.META, Tuple.tuple(), Loader::meta))
        .compose(metas -> rest(metas.stream().findFirst().orElseThrow(Loader::metaMissing)))
        .eventually(() -> connection.query(Sql.ROLLBACK).execute());
  }

  private Future<Stored> rest(MetaRow meta) {
    return list(connection, Sql.ALL_SECRETS, Tuple.tuple(), Loader::secret)
        .compose(secrets -> rest(meta, byService(secrets)));
  }

  private Future<Stored> rest(MetaRow meta, Map<String, Map<String, Sealed>> secrets) {
    var models = list(connection, Sql.SCHEMA_VERSION, Tuple.tuple(), Loader::model);
    var services =
        list(
            connection,
            Sql.ALL_SERVICES,
            Tuple.tuple(),
            row ->
                service(row)
                    .toStored(secrets.getOrDefault(row.getString(0), Map.of()), row.getString(9)));
    var schemas = list(connection, Sql.ALL_SCHEMAS, Tuple.tuple(), row -> schema(row).toWrite());
    var tombstones =
        list(connection, Sql.ALL_TOMBSTONES, Tuple.tuple(), row -> tombstone(row).toTombstone());
    return Future.all(models, services, schemas, tombstones)
        .map(
            all -> {
              ModelRow model = models.result().stream().findFirst().orElse(ModelRow.NONE);
              return new Stored(
                  meta.epoch(),
                  meta.revision(),
                  model.version(),
                  model.hash(),
                  services.result(),
                  schemas.result(),
                  tombstones.result());
            });
  }

  private static Map<String, Map<String, Sealed>> byService(List<Secret> secrets) {
    Map<String, Map<String, Sealed>> byService = new HashMap<>();
    for (Secret secret : secrets) {
      byService
          .computeIfAbsent(secret.service(), service -> new HashMap<>())
          .put(secret.key(), secret.seal());
    }
    return byService;
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

  private static Secret secret(Row row) {
    return new Secret(
        row.getString(0), row.getString(1), new Sealed(row.getString(2), row.getString(3)));
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

  private static BusFailure metaMissing() {
    return BusFailure.of(
        FailureCode.STORAGE_CORRUPT, "epoch and revision are missing; the database is damaged");
  }
}
