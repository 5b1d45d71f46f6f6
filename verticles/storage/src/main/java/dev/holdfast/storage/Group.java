package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.Times;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one transaction: judged one after the other against what those before them leave,
 * written with few statements. Its outcomes hold only once the transaction is committed.
 */
final class Group {
  private final WriterConnection connection;
  private final MetaRow meta;
  private final ModelRow storedModel;
  private final Standing standing;
  private final List<Future<Committed>> outcomes = new ArrayList<>();
  private final List<AccessEntry> access = new ArrayList<>();
  private Wave wave = new Wave();
  private long revision;
  private ModelRow model;

  private Group(WriterConnection connection, Lineage lineage, List<CommitChange> changes)
      throws SQLException {
    this.connection = connection;
    this.meta = lineage.read(connection);
    this.revision = meta.revision();
    this.storedModel = ModelRow.stored(connection);
    this.model = storedModel;
    this.standing = Standing.read(connection, changes);
  }

  /** Writes what can be accepted of these changes. */
  static Group write(
      WriterConnection connection, Lineage lineage, AuditChain chain, List<CommitChange> changes)
      throws SQLException {
    Group group = new Group(connection, lineage, changes);
    for (CommitChange change : changes) {
      group.add(change);
    }
    group.finish();
    chain.append(connection, group.access);
    return group;
  }

  /** The revision after the last change. */
  long revision() {
    return revision;
  }

  /** What became of each change, in order. */
  List<Future<Committed>> outcomes() {
    return outcomes;
  }

  private void add(CommitChange change) throws SQLException {
    List<Standing.Place> places;
    try {
      verifyDistinct(change);
      places = change.writes().stream().map(standing::judge).toList();
    } catch (BusFailure e) {
      outcomes.add(Future.failedFuture(e));
      return;
    }
    if (wave.hasAny(change.writes())) {
      flush();
    }
    if (!change.writes().isEmpty()) {
      revision++;
    }
    Map<String, Long> versions = new HashMap<>();
    for (int i = 0; i < places.size(); i++) {
      ServiceWrite write = change.writes().get(i);
      versions.put(write.service(), accept(change, write, places.get(i)));
    }
    for (SchemaWrite schema : change.schemas()) {
      wave.keep(change, schema);
    }
    String hash = change.modelHash();
    if (hash != null && !hash.equals(model.hash())) {
      model = new ModelRow(model.version() + 1, hash, Times.format(change.at()));
    }
    access.addAll(change.access());
    outcomes.add(Future.succeededFuture(new Committed(revision, model.version(), versions)));
  }

  private long accept(CommitChange change, ServiceWrite write, Standing.Place place) {
    long version = place.version() + 1;
    String at = Times.format(change.at());
    if (write instanceof ServiceWrite.Put put) {
      ServiceRow row =
          new ServiceRow(
              put.service(),
              version,
              revision,
              meta.epoch(),
              put.stored().canonical(),
              StoredJson.names(put.setKeys()),
              at,
              change.author());
      wave.put(change, put, row, place.deleted());
    } else if (write instanceof ServiceWrite.Remove remove) {
      wave.remove(
          change,
          remove,
          new TombstoneRow(remove.service(), version, revision, meta.epoch(), at, change.author()));
    }
    standing.move(write.service(), version, write instanceof ServiceWrite.Put);
    return version;
  }

  private void finish() throws SQLException {
    flush();
    if (revision != meta.revision()) {
      @Nullable Object[] row = {revision, meta.at(revision).checksum()};
      connection.batch(Sql.UPDATE_META, List.<@Nullable Object[]>of(row));
    }
    if (!model.equals(storedModel)) {
      connection.batch(Sql.PUT_SCHEMA_VERSION, List.<@Nullable Object[]>of(model.columns()));
    }
  }

  private void flush() throws SQLException {
    wave.writeTo(connection);
    wave = new Wave();
  }

  private static void verifyDistinct(CommitChange change) {
    Set<String> seen = new HashSet<>();
    for (ServiceWrite write : change.writes()) {
      if (!seen.add(write.service())) {
        throw BusFailure.of(
            FailureCode.BAD_REQUEST,
            "service: " + write.service() + " twice in one change (expected: once)");
      }
    }
  }
}
