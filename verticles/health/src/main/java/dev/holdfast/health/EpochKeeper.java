package dev.holdfast.health;

import dev.holdfast.files.Reasons;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.lkg.LkgState;
import dev.holdfast.messages.storage.AuditHead;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the epoch file: after the last-known-good file holds a newer revision, when the status is
 * another, and soon after the access log grew; what comes while a write is under way becomes one
 * write. A write that failed is tried again after 1 s, doubling to 30 s. For one thread.
 */
final class EpochKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(EpochKeeper.class);
  private static final long FIRST_RETRY_MILLIS = 1_000;
  private static final long LAST_RETRY_MILLIS = 30_000;
  private static final long AUDIT_MILLIS = 1_000;
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final EpochStore store;
  private final Clock clock;
  private final Instant createdAt;
  private @Nullable Instant lastRebuild;

  private Consumer<@Nullable String> faultListener = fault -> {};
  private @Nullable String epoch;
  private long revision;
  private @Nullable AuditHead audit;
  private long auditTimer = NO_TIMER;
  private @Nullable HealthReport status;
  private Future<@Nullable Void> current = Future.succeededFuture();
  private @Nullable Instant writtenAt;
  private boolean writing;
  private boolean wanted;
  private long retryMillis;
  private long timer = NO_TIMER;
  private boolean accepting;
  private @Nullable LkgState newestCache;
  private boolean closed;

  /**
   * Goes on from the file found at start; null: there is none to be believed, and none is written
   * before the first {@link #status}.
   */
  EpochKeeper(Vertx vertx, EpochStore store, Clock clock, @Nullable EpochFile found) {
    this.vertx = vertx;
    this.store = store;
    this.clock = clock;
    this.createdAt = found == null ? clock.instant() : found.createdAt();
    this.lastRebuild = found == null ? null : found.lastRebuild();
    this.epoch = found == null ? null : found.epoch();
    this.revision = found == null ? 0 : found.revision();
    this.audit = found == null ? null : found.audit();
  }

  /** The recorded epoch, or null where none is. */
  @Nullable String epoch() {
    return epoch;
  }

  /** The recorded revision. */
  long revision() {
    return revision;
  }

  /** There is a new database. */
  void rebuilt(String newEpoch) {
    accepting = true;
    epoch = newEpoch;
    revision = 0;
    audit = null;
    lastRebuild = clock.instant();
    want();
  }

  /** From now on this hears why a write failed, and null when one succeeded. */
  void onFault(Consumer<@Nullable String> listener) {
    this.faultListener = listener;
  }

  /** The status is another. */
  void status(HealthReport report) {
    status = report;
    want();
  }

  /** Takes the revision of a good last-known-good file; one that is not newer changes nothing. */
  void cached(LkgState cache) {
    newestCache = cache;
    if (!accepting) {
      return;
    }
    String itsEpoch = cache.epoch();
    if (!cache.valid() || itsEpoch == null || status == null || !itsEpoch.equals(status.epoch())) {
      return;
    }
    boolean newer = !itsEpoch.equals(epoch) || cache.revision() > revision;
    Instant madeAt = cache.writtenAt();
    if (newer) {
      epoch = itsEpoch;
      revision = cache.revision();
    }
    // One that was made anew at the same revision bears another key's signature, or other seals.
    if (newer || (madeAt != null && writtenAt != null && madeAt.isAfter(writtenAt))) {
      want();
    }
  }

  /** Whether the database is the right one, so that the file follows it from now on. */
  void accept(boolean right) {
    accepting = right;
    if (right && newestCache != null) {
      cached(newestCache);
    }
  }

  /** Takes the newest row of the access log; what comes within a second becomes one write. */
  void audit(AuditHead head) {
    if (audit != null && head.id() <= audit.id()) {
      return;
    }
    audit = head;
    if (auditTimer == NO_TIMER && !closed) {
      auditTimer =
          vertx.setTimer(
              AUDIT_MILLIS,
              fired -> {
                auditTimer = NO_TIMER;
                want();
              });
    }
  }

  /** Writes a last time. Does not fail. */
  Future<@Nullable Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    vertx.cancelTimer(auditTimer);
    return current.compose(done -> status == null ? done() : write(status));
  }

  private void want() {
    wanted = true;
    if (!writing && !closed && retryMillis == 0) {
      writeWanted();
    }
  }

  private void writeWanted() {
    if (status != null) {
      wanted = false;
      writing = true;
      current = write(status);
    }
  }

  private Future<@Nullable Void> write(HealthReport report) {
    Instant now = clock.instant();
    writtenAt = now;
    EpochFile file =
        new EpochFile(
            epoch == null ? report.epoch() : epoch,
            report.schemaVersion(),
            createdAt,
            lastRebuild,
            now,
            report.ok(),
            report.databaseStatus(),
            report.operationalMode(),
            revision,
            audit);
    return store
        .write(file)
        .onComplete(done -> writing = false)
        .onSuccess(done -> written())
        .onFailure(this::failed)
        .otherwiseEmpty();
  }

  private void written() {
    if (retryMillis > 0) {
      retryMillis = 0;
      faultListener.accept(null);
    }
    if (wanted && !closed) {
      writeWanted();
    }
  }

  private void failed(Throwable failure) {
    LOG.debug("{}: cannot be written", store.path(), failure);
    wanted = true;
    retryMillis = Math.min(Math.max(FIRST_RETRY_MILLIS, retryMillis * 2), LAST_RETRY_MILLIS);
    faultListener.accept("the epoch file cannot be written: " + Reasons.of(failure));
    if (!closed) {
      timer = vertx.setTimer(retryMillis, fired -> writeWanted());
    }
  }

  private static Future<@Nullable Void> done() {
    return Future.succeededFuture();
  }
}
