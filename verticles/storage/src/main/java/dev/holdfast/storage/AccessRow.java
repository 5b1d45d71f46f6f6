package dev.holdfast.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AccessFound;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.model.AuditMac;
import dev.holdfast.model.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code access_log}, in the order of the columns in {@link Sql}. Its id is one above that
 * of the row before, and its {@code mac} is made over a text that holds the mac of the row before;
 * so no row can be altered, taken out, put in or moved without all later ones showing it. Rows from
 * before the chain began have neither key id nor mac.
 */
record AccessRow(
    long id,
    String userId,
    String action,
    @Nullable String service,
    @Nullable String key,
    long success,
    @Nullable String reason,
    String timestamp,
    @Nullable String keyId,
    @Nullable String mac) {
  /** The longest text of a column, in characters; what is longer is cut. */
  static final int MAX_TEXT = 512;

  /** The row of an entry, chained to the row before. */
  static AccessRow chained(AuditHead before, AccessEntry entry, AuditMac macs) {
    AccessRow bare =
        new AccessRow(
            before.id() + 1,
            cut(entry.userId()),
            cut(entry.action()),
            entry.service() == null ? null : cut(entry.service()),
            entry.key() == null ? null : cut(entry.key()),
            entry.success() ? 1 : 0,
            entry.reason() == null ? null : cut(entry.reason()),
            Times.format(entry.at()),
            macs.keyId(),
            null);
    return bare.withMac(
        requireNonNull(macs.mac(macs.keyId(), bare.text(before.mac())), "mac of the present key"));
  }

  static AccessRow read(ResultSet row) throws SQLException {
    return new AccessRow(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getLong(6),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        row.getString(10));
  }

  /**
   * What the mac is made over: an array in canonical JSON.
   *
   * @param before the mac of the row before; empty where the chain begins
   */
  String text(String before) {
    return CanonicalJson.write(
        Arrays.asList(
            "holdfast.access_log.1",
            before,
            keyId,
            id,
            userId,
            action,
            service,
            key,
            success,
            reason,
            timestamp));
  }

  /** This row as a head of the chain; its mac is empty where it is from before the chain. */
  AuditHead head() {
    return new AuditHead(id, mac == null ? "" : mac);
  }

  @Nullable Object[] columns() {
    return new @Nullable Object[] {
      id, userId, action, service, key, success, reason, timestamp, keyId, mac
    };
  }

  /** As it is answered, or {@code STORAGE_CORRUPT} with its id. */
  AccessFound.Row toFound() {
    try {
      return new AccessFound.Row(
          id,
          new AccessEntry(
              userId, action, service, key, success != 0, reason, Times.parse(timestamp)));
    } catch (DateTimeException e) {
      throw BusFailure.of(
          FailureCode.STORAGE_CORRUPT,
          "access log row " + id + ": its time cannot be read; the database is damaged");
    }
  }

  private AccessRow withMac(String made) {
    return new AccessRow(id, userId, action, service, key, success, reason, timestamp, keyId, made);
  }

  /** Never in the middle of a character. */
  private static String cut(String text) {
    if (text.length() <= MAX_TEXT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(MAX_TEXT - 1)) ? MAX_TEXT - 1 : MAX_TEXT;
    return text.substring(0, end);
  }
}
