package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.ServiceWrite;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where each service of a group stands inside its transaction: first as stored, then as the changes
 * accepted so far leave it.
 */
final class Standing {
  /**
   * One service.
   *
   * @param version of the service, or of its tombstone; 0 where there is neither
   * @param exists false where it was deleted or never was
   * @param damage why its row cannot be built upon, or null
   */
  record Place(long version, boolean exists, @Nullable BusFailure damage) {
    static final Place NEVER = new Place(0, false, null);

    /** Whether a tombstone stands for it. */
    boolean deleted() {
      return !exists && version > 0;
    }
  }

  private final Map<String, Place> places = new HashMap<>();

  /** Reads and verifies the rows of every service that these changes write. */
  static Standing read(WriterConnection connection, List<CommitChange> changes)
      throws SQLException {
    Set<String> names = new TreeSet<>();
    for (CommitChange change : changes) {
      change.writes().forEach(write -> names.add(write.service()));
    }
    Standing standing = new Standing();
    if (!names.isEmpty()) {
      String json = StoredJson.names(names);
      connection.query(Sql.SOME_TOMBSTONES, standing::tombstone, json);
      connection.query(Sql.SOME_SERVICES, standing::service, json);
    }
    return standing;
  }

  /**
   * The place of the write's service.
   *
   * @throws BusFailure {@code CONFLICT} when the expected version is stale, {@code STORAGE_CORRUPT}
   *     when what is stored is damaged
   */
  Place judge(ServiceWrite write) {
    Place place = places.getOrDefault(write.service(), Place.NEVER);
    if (place.damage() != null) {
      throw place.damage();
    }
    long current = place.exists() ? place.version() : 0;
    boolean removesNothing = write instanceof ServiceWrite.Remove && !place.exists();
    if (write.expectedVersion() != current || removesNothing) {
      throw BusFailure.stale(write.service(), write.expectedVersion(), current);
    }
    return place;
  }

  /** After a write was accepted. */
  void move(String service, long version, boolean exists) {
    places.put(service, new Place(version, exists, null));
  }

  private Place tombstone(ResultSet row) throws SQLException {
    TombstoneRow read = TombstoneRow.read(row);
    return place(
        read.service(),
        read.version(),
        false,
        row.getString(7),
        read.checksum(),
        "deleted service ");
  }

  private Place service(ResultSet row) throws SQLException {
    ServiceRow read = ServiceRow.read(row);
    return place(
        read.service(), read.version(), true, row.getString(9), read.checksum(), "service ");
  }

  private Place place(
      String service, long version, boolean exists, String stored, String computed, String what) {
    BusFailure damage = null;
    try {
      Checksum.verify(what + service, stored, computed);
    } catch (BusFailure e) {
      damage = e;
    }
    Place place = new Place(version, exists, damage);
    places.put(service, place);
    return place;
  }
}
