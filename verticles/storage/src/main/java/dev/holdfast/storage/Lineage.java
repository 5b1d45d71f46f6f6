package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which database this is and how far it came: a file that is suddenly of another epoch, or behind
 * what was committed, is not the one this process serves.
 */
final class Lineage {
  private final AtomicLong revision = new AtomicLong();
  private @Nullable String epoch;

  /** The newest revision seen; for any thread. */
  long revision() {
    return revision.get();
  }

  /** After a COMMIT. */
  void committed(long newRevision) {
    revision.set(newRevision);
  }

  /**
   * Epoch and revision as they are stored.
   *
   * @throws BusFailure {@code STORAGE_CORRUPT} when the row is missing or damaged, of another epoch
   *     or behind
   */
  MetaRow read(WriterConnection connection) throws SQLException {
    List<MetaRow> rows = connection.query(Sql.META, MetaRow::readVerified);
    if (rows.size() != 1) {
      throw corrupt("epoch and revision are missing; the database is damaged");
    }
    MetaRow meta = rows.get(0);
    if (epoch != null && !epoch.equals(meta.epoch())) {
      throw corrupt(
          "the database has epoch "
              + meta.epoch()
              + " (expected: "
              + epoch
              + "); it was exchanged");
    }
    if (meta.revision() < revision.get()) {
      throw corrupt(
          "the database is at revision "
              + meta.revision()
              + " (expected: at least "
              + revision.get()
              + "); it was put back to an older state");
    }
    epoch = meta.epoch();
    revision.set(meta.revision());
    return meta;
  }

  private static BusFailure corrupt(String detail) {
    return BusFailure.of(FailureCode.STORAGE_CORRUPT, detail);
  }
}
