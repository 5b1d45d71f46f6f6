package dev.holdfast.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.model.AuditMac;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the chain of {@code access_log} begins, once rows grew too old and were deleted.
 *
 * @param rowId the newest row that was deleted
 * @param mac its mac
 * @param keyId the id of the key this anchor is authenticated with
 * @param anchorMac the mac of the anchor itself
 */
record AuditAnchor(long rowId, String mac, String keyId, String anchorMac) {
  /** An anchor after a row, under the present key. */
  static AuditAnchor after(AuditHead row, AuditMac macs) {
    String made = macs.mac(macs.keyId(), text(row.id(), row.mac(), macs.keyId()));
    return new AuditAnchor(
        row.id(), row.mac(), macs.keyId(), requireNonNull(made, "mac of the present key"));
  }

  /** The stored one, or null where no row of the chain was deleted yet. */
  static @Nullable AuditAnchor read(WriterConnection connection) throws SQLException {
    return connection
        .query(
            Sql.ANCHOR,
            row ->
                new AuditAnchor(
                    row.getLong(1), row.getString(2), row.getString(3), row.getString(4)))
        .stream()
        .findFirst()
        .orElse(null);
  }

  /** Whether its key is known and did not make this mac. */
  boolean isAltered(AuditMac macs) {
    String computed = macs.mac(keyId, text(rowId, mac, keyId));
    return computed != null && !computed.equals(anchorMac);
  }

  /** Whether nothing can be said about it, for want of its key. */
  boolean isOfUnknownKey(AuditMac macs) {
    return macs.mac(keyId, "") == null;
  }

  AuditHead head() {
    return new AuditHead(rowId, mac);
  }

  @Nullable Object[] columns() {
    return new @Nullable Object[] {rowId, mac, keyId, anchorMac};
  }

  private static String text(long rowId, String mac, String keyId) {
    return CanonicalJson.write(Arrays.asList("holdfast.audit_anchor.1", rowId, mac, keyId));
  }
}
