package dev.holdfast.storage;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.Times;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code config_history}, in the order of the columns in {@link Sql}.
 *
 * @param changedMicros {@code changedAt} in microseconds since 1970: unlike the text, it compares
 */
record HistoryRow(
    String service,
    String key,
    String oldJson,
    String newJson,
    String changedAt,
    String changedBy,
    @Nullable String reason,
    long revision,
    long version,
    long changedMicros) {
  private static final String MASK_JSON = CanonicalJson.write(SecretValue.MASK);

  static HistoryRow of(
      CommitChange change, String service, Difference difference, long revision, long version) {
    return new HistoryRow(
        service,
        difference.key(),
        CanonicalJson.write(difference.oldValue()),
        CanonicalJson.write(difference.newValue()),
        Times.format(change.at()),
        change.author(),
        change.reason(),
        revision,
        version,
        micros(change.at()));
  }

  /** Microseconds since 1970, cut; the nearest there is for moments too far away. */
  static long micros(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    } catch (ArithmeticException e) {
      return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  String checksum() {
    return Checksum.of(
        "holdfast.config_history.1",
        service,
        key,
        oldJson,
        newJson,
        changedAt,
        changedBy,
        reason,
        revision,
        version,
        changedMicros);
  }

  /** This row with the mask in place of every value that is not null. */
  HistoryRow redacted() {
    return new HistoryRow(
        service,
        key,
        masked(oldJson),
        masked(newJson),
        changedAt,
        changedBy,
        reason,
        revision,
        version,
        changedMicros);
  }

  private static String masked(String json) {
    return json.equals("null") ? json : MASK_JSON;
  }

  /** This row, or {@code STORAGE_CORRUPT} with its id and service. */
  HistoryRow verified(long id, String checksum) {
    Checksum.verify("history entry " + id + " of " + service, checksum, checksum());
    return this;
  }

  @Nullable Object[] columns() {
    return new @Nullable Object[] {
      service,
      key,
      oldJson,
      newJson,
      changedAt,
      changedBy,
      reason,
      revision,
      version,
      changedMicros,
      checksum()
    };
  }

  HistoryEntry toEntry(long id) {
    return new HistoryEntry(
        id,
        service,
        key,
        StoredJson.value(oldJson),
        StoredJson.value(newJson),
        Times.parse(changedAt),
        changedBy,
        reason);
  }
}
