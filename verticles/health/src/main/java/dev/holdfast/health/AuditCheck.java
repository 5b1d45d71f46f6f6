package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditChecked;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.CheckAudit;
import dev.holdfast.messages.storage.StorageRoutes;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the access log that is there at start against the row that the epoch file records, and then
 * follows it. Until it was checked no newer row is told of: the recorded one would be forgotten.
 */
final class AuditCheck {
  private static final Logger LOG = LoggerFactory.getLogger(AuditCheck.class);
  private static final long AGAIN_MILLIS = 5_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Clock clock;
  private final Consumer<AuditHead> newest;
  private final Consumer<@Nullable String> verdict;
  private @Nullable AuditHead heard;
  private boolean done;

  /** {@code newest} hears every newer row, {@code verdict} why the log is not the one recorded. */
  AuditCheck(
      Vertx vertx,
      Bus bus,
      Clock clock,
      Consumer<AuditHead> newest,
      Consumer<@Nullable String> verdict) {
    this.vertx = vertx;
    this.bus = bus;
    this.clock = clock;
    this.newest = newest;
    this.verdict = verdict;
  }

  /** Begins; the start does not wait for it. */
  void start(@Nullable EpochFile file) {
    bus.subscribe(StorageRoutes.AUDIT_HEAD, this::grown);
    check(file == null ? null : file.audit());
  }

  private void grown(AuditHead head) {
    if (done) {
      newest.accept(head);
    } else {
      heard = head;
    }
  }

  private void check(@Nullable AuditHead recorded) {
    bus.call(StorageRoutes.CHECK_AUDIT, new CheckAudit(recorded))
        .onSuccess(this::checked)
        .onFailure(
            failure -> {
              LOG.info("The access log cannot be checked yet: {}", failure.getMessage());
              vertx.setTimer(AGAIN_MILLIS, again -> check(recorded));
            });
  }

  /** A fault is entered in the log itself: the recorded row is forgotten once the log is longer. */
  private void checked(AuditChecked checked) {
    String fault = checked.fault();
    verdict.accept(fault);
    if (fault != null) {
      bus.publish(
          StorageRoutes.ACCESS,
          new AccessEntry("system", "audit-broken", null, null, false, fault, clock.instant()));
    }
    done = true;
    tell(checked.head());
    tell(heard);
  }

  private void tell(@Nullable AuditHead head) {
    if (head != null) {
      newest.accept(head);
    }
  }
}
