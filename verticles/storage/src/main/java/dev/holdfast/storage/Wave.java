package dev.holdfast.storage;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Item;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.Times;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of several changes, gathered by statement so that each statement runs once for all of them.
 * The order among statements is fixed, so a service may be in one wave at most once; schemas keep
 * the order they came in.
 */
final class Wave {
  private final Set<String> services = new HashSet<>();
  private final List<@Nullable Object[]> puts = new ArrayList<>();
  private final List<@Nullable Object[]> revived = new ArrayList<>();
  private final List<@Nullable Object[]> items = new ArrayList<>();
  private final List<@Nullable Object[]> removedItems = new ArrayList<>();
  private final List<@Nullable Object[]> secrets = new ArrayList<>();
  private final List<@Nullable Object[]> removedSecrets = new ArrayList<>();
  private final List<@Nullable Object[]> removals = new ArrayList<>();
  private final List<@Nullable Object[]> tombstones = new ArrayList<>();
  private final List<@Nullable Object[]> history = new ArrayList<>();
  private final List<@Nullable Object[]> schemas = new ArrayList<>();
  private final List<Redaction> redactions = new ArrayList<>();

  /** Whether one of these is in it already. */
  boolean hasAny(List<ServiceWrite> writes) {
    return writes.stream().anyMatch(write -> services.contains(write.service()));
  }

  void put(CommitChange change, ServiceWrite.Put put, ServiceRow row, boolean deletedBefore) {
    services.add(row.service());
    puts.add(row.columns(put.environment()));
    if (deletedBefore) {
      revived.add(new @Nullable Object[] {row.service()});
    }
    for (Item item : put.items()) {
      items.add(columns(row, item));
    }
    for (String key : put.removedKeys()) {
      removedItems.add(new @Nullable Object[] {row.service(), key});
    }
    for (String key : put.removedSecrets()) {
      removedSecrets.add(new @Nullable Object[] {row.service(), key});
    }
    put.secrets()
        .forEach(
            (key, seal) ->
                secrets.add(
                    new @Nullable Object[] {
                      row.service(), key, seal.value(), seal.keyId(), row.updatedAt()
                    }));
    for (String key : put.redactedKeys()) {
      redactions.add(new Redaction(row.service(), key, row.revision()));
    }
    addHistory(change, put, row.revision(), row.version());
  }

  void remove(CommitChange change, ServiceWrite.Remove remove, TombstoneRow row) {
    services.add(row.service());
    removals.add(new @Nullable Object[] {row.service()});
    tombstones.add(row.columns());
    addHistory(change, remove, row.revision(), row.version());
  }

  void keep(CommitChange change, SchemaWrite write) {
    schemas.add(
        new SchemaRow(
                write.service(),
                write.origin().word(),
                write.document(),
                Times.format(change.at()),
                change.author())
            .columns());
  }

  void writeTo(WriterConnection connection) throws SQLException {
    connection.batch(Sql.PUT_SERVICE, puts);
    connection.batch(Sql.DELETE_TOMBSTONE, revived);
    connection.batch(Sql.DELETE_ITEM, removedItems);
    connection.batch(Sql.PUT_ITEM, items);
    connection.batch(Sql.DELETE_SECRET, removedSecrets);
    connection.batch(Sql.PUT_SECRET, secrets);
    connection.batch(Sql.DELETE_SERVICE, removals);
    connection.batch(Sql.DELETE_SECRETS, removals);
    connection.batch(Sql.INSERT_TOMBSTONE, tombstones);
    connection.batch(Sql.INSERT_HISTORY, history);
    connection.batch(Sql.PUT_SCHEMA, schemas);
    for (Redaction redaction : redactions) {
      redaction.writeTo(connection);
    }
  }

  private void addHistory(CommitChange change, ServiceWrite write, long revision, long version) {
    write
        .history()
        .forEach(
            difference ->
                history.add(
                    HistoryRow.of(change, write.service(), difference, revision, version)
                        .columns()));
  }

  private static @Nullable Object[] columns(ServiceRow row, Item item) {
    FieldSpec field = item.field();
    return new @Nullable Object[] {
      row.service(),
      field.key(),
      item.valueJson(),
      field.type().word(),
      field.complexity().word(),
      field.description(),
      field.helpText(),
      field.examples().isEmpty() ? null : CanonicalJson.write(field.examples()),
      field.secret() ? 1 : 0,
      row.updatedAt(),
      row.updatedBy()
    };
  }
}
