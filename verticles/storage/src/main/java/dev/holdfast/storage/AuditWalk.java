package dev.holdfast.storage;

import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.model.AuditMac;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes along the chain of {@code access_log}, row by row, up to the first fault. */
final class AuditWalk {
  private static final int PAGE = 1000;

  private final AuditMac macs;
  private @Nullable AuditHead last;
  private boolean atAnchor;
  private long verified;
  private long unknownKeys;
  private long beforeChain;
  private @Nullable Long faultId;
  private @Nullable String fault;

  /** A walk that begins behind a row, or at the very beginning where that is null. */
  AuditWalk(AuditMac macs, @Nullable AuditHead start) {
    this.macs = macs;
    this.last = start;
  }

  /** A walk that begins where the stored chain does; an altered anchor is its first fault. */
  static AuditWalk fromAnchor(WriterConnection connection, AuditMac macs) throws SQLException {
    AuditAnchor anchor = AuditAnchor.read(connection);
    AuditWalk walk = new AuditWalk(macs, anchor == null ? null : anchor.head());
    walk.atAnchor = anchor != null;
    if (anchor != null && anchor.isAltered(macs)) {
      walk.found(anchor.rowId(), "the anchor was altered: its mac is not of its row");
    } else if (anchor != null && anchor.isOfUnknownKey(macs)) {
      walk.unknownKeys++;
    }
    return walk;
  }

  /** Walks over all rows there are, in a transaction of the caller. */
  void toTheEnd(WriterConnection connection) throws SQLException {
    List<AccessRow> page = connection.query(Sql.OLDEST_ACCESS, AccessRow::read, PAGE);
    while (!page.isEmpty()) {
      for (AccessRow row : page) {
        if (!accept(row)) {
          return;
        }
      }
      long after = page.get(page.size() - 1).id();
      page = connection.query(Sql.NEXT_ACCESS, AccessRow::read, after, PAGE);
    }
    end();
  }

  /** There are no more rows; but the newest is never deleted, so one is left behind an anchor. */
  void end() {
    if (fault == null && atAnchor && last != null) {
      found(last.id() + 1, "the log was cut off: no row is left of it");
    }
  }

  /** The next row; false once there is a fault. */
  boolean accept(AccessRow row) {
    if (fault != null) {
      return false;
    }
    AuditHead before = last;
    String keyId = row.keyId();
    if (row.mac() == null || keyId == null) {
      if (before != null || row.mac() != null || keyId != null) {
        return found(row.id(), "row " + row.id() + " was put in or altered: it has no mac");
      }
      beforeChain++;
      return true;
    }
    if (before != null && row.id() != before.id() + 1) {
      return row.id() <= before.id()
          ? found(row.id(), "row " + row.id() + " was put in: the chain begins after it")
          : found(before.id() + 1, missing(before.id() + 1, row.id() - 1));
    }
    String computed = macs.mac(keyId, row.text(before == null ? "" : before.mac()));
    if (computed == null) {
      unknownKeys++;
    } else if (computed.equals(row.mac())) {
      verified++;
    } else {
      return found(
          row.id(),
          before == null
              ? "row " + row.id() + " was altered, or rows before it are missing"
              : "row " + row.id() + " was altered, or the row before it");
    }
    last = row.head();
    atAnchor = false;
    return true;
  }

  private static String missing(long first, long end) {
    return first == end
        ? "row " + first + " is missing"
        : "rows " + first + " to " + end + " are missing";
  }

  private boolean found(long id, String what) {
    faultId = id;
    fault = what;
    return false;
  }

  /**
   * Holds the log against a head that was recorded outside the database, where there is no fault
   * yet.
   */
  void holdAgainst(WriterConnection connection, AuditHead recorded) throws SQLException {
    if (fault != null) {
      return;
    }
    AccessRow newest = newest(connection);
    AuditAnchor anchor = AuditAnchor.read(connection);
    long end = newest == null ? 0 : newest.id();
    if (end < recorded.id()) {
      found(
          end + 1,
          "the log was cut off: it ends at row "
              + end
              + ", and row "
              + recorded.id()
              + " was there");
    } else if (anchor == null || anchor.rowId() < recorded.id()) {
      List<AccessRow> rows = connection.query(Sql.ONE_ACCESS, AccessRow::read, recorded.id());
      if (rows.isEmpty()) {
        found(recorded.id(), missing(recorded.id(), recorded.id()));
      } else if (!recorded.equals(rows.get(0).head())) {
        found(recorded.id(), "row " + recorded.id() + " was altered: it is not the recorded one");
      }
    } else if (anchor.rowId() == recorded.id() && !recorded.equals(anchor.head())) {
      found(recorded.id(), "the anchor was altered: its row is not the recorded one");
    }
  }

  /** The newest row, or null in an empty log. */
  static @Nullable AccessRow newest(WriterConnection connection) throws SQLException {
    return connection.query(Sql.LAST_ACCESS, AccessRow::read, 1).stream().findFirst().orElse(null);
  }

  /** Rows whose mac was right. */
  long verified() {
    return verified;
  }

  /** Rows, the anchor among them, of whose keys none is known. */
  long unknownKeys() {
    return unknownKeys;
  }

  /** Rows older than the chain. */
  long beforeChain() {
    return beforeChain;
  }

  /** The first row in fault, or null. */
  @Nullable Long faultId() {
    return faultId;
  }

  /** The first fault, or null. */
  @Nullable String fault() {
    return fault;
  }
}
