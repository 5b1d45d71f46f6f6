package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.CheckAudit;
import dev.holdfast.messages.storage.StorageRoutes;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the access log that is there at start against the row that the epoch file records. */
final class AuditCheck {
  private static final Logger LOG = LoggerFactory.getLogger(AuditCheck.class);

  private final Bus bus;
  private final Clock clock;

  AuditCheck(Bus bus, Clock clock) {
    this.bus = bus;
    this.clock = clock;
  }

  /**
   * Asks storage; the start does not wait for it. What is found is entered in the log itself: the
   * recorded row will be forgotten once the log is longer.
   */
  void run(
      @Nullable EpochFile file, Consumer<AuditHead> newest, Consumer<@Nullable String> verdict) {
    AuditHead recorded = file == null ? null : file.audit();
    bus.call(StorageRoutes.CHECK_AUDIT, new CheckAudit(recorded))
        .onFailure(failure -> LOG.warn("The access log cannot be checked", failure))
        .onSuccess(
            checked -> {
              String fault = checked.fault();
              verdict.accept(fault);
              if (fault != null) {
                bus.publish(
                    StorageRoutes.ACCESS,
                    new AccessEntry(
                        "system", "audit-broken", null, null, false, fault, clock.instant()));
              }
              AuditHead head = checked.head();
              if (head != null) {
                newest.accept(head);
              }
            });
  }
}
