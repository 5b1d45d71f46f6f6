package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.model.Sealed;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything there is, as rows, every checksum verified. In a transaction of the caller; blocks.
 *
 * @param meta epoch and revision
 * @param model the model of all schemas
 * @param services every service
 * @param schemas what was registered
 * @param tombstones every service that was deleted
 */
record Snapshot(
    MetaRow meta,
    ModelRow model,
    List<Service> services,
    List<SchemaRow> schemas,
    List<TombstoneRow> tombstones) {
  /** A service with what is kept beside its row. */
  record Service(ServiceRow row, Map<String, Sealed> secrets, String environment) {}

  /**
   * Reads it.
   *
   * @throws BusFailure {@code STORAGE_CORRUPT} that names the row whose checksum is wrong
   */
  static Snapshot read(WriterConnection connection) throws SQLException {
    MetaRow meta = new Lineage().read(connection);
    Map<String, Map<String, Sealed>> secrets = new HashMap<>();
    connection.query(
        Sql.ALL_SECRETS,
        row ->
            secrets
                .computeIfAbsent(row.getString(1), service -> new HashMap<>())
                .put(row.getString(2), new Sealed(row.getString(3), row.getString(4))));
    List<Service> services =
        connection.query(
            Sql.ALL_SERVICES,
            row ->
                new Service(
                    ServiceRow.readVerified(row),
                    secrets.getOrDefault(row.getString(1), Map.of()),
                    row.getString(10)));
    return new Snapshot(
        meta,
        ModelRow.stored(connection),
        services,
        connection.query(Sql.ALL_SCHEMAS, SchemaRow::readVerified),
        connection.query(Sql.ALL_TOMBSTONES, TombstoneRow::readVerified));
  }

  /**
   * Reads every page.
   *
   * @throws BusFailure {@code STORAGE_CORRUPT} that says what is wrong
   */
  static void checkPages(WriterConnection connection) throws SQLException {
    List<String> lines = connection.query(Sql.QUICK_CHECK, row -> row.getString(1));
    if (!lines.equals(List.of("ok"))) {
      throw BusFailure.of(
          FailureCode.STORAGE_CORRUPT, "the database is damaged: " + String.join("; ", lines));
    }
  }

  /** The same for everybody. */
  Stored toStored() {
    return new Stored(
        meta.epoch(),
        meta.revision(),
        model.version(),
        model.hash(),
        services.stream()
            .map(service -> service.row().toStored(service.secrets(), service.environment()))
            .toList(),
        schemas.stream().map(SchemaRow::toWrite).toList(),
        tombstones.stream().map(TombstoneRow::toTombstone).toList());
  }
}
