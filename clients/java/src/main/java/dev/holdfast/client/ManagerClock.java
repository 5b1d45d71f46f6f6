package dev.holdfast.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * The manager's time, as far as it is known: this machine's, put right by the {@code Date} header
 * of the manager's replies. A device whose clock was never set goes by versions alone until it has
 * heard the manager. Safe for use by several threads.
 */
final class ManagerClock {
  /** A clock that stands before this was never set. */
  private static final Instant PLAINLY_UNSET = Instant.parse("2026-01-01T00:00:00Z");

  private static final Duration OF_NO_MATTER = Duration.ofSeconds(2);

  private final Clock local;
  private volatile @Nullable Duration offset;

  ManagerClock(Clock local) {
    this.local = local;
  }

  /** Hears a {@code Date} header (RFC 9110, section 6.6.1); what is none is ignored. */
  void heard(@Nullable String date) {
    if (date == null) {
      return;
    }
    try {
      Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration found = Duration.between(local.instant(), theirs);
      offset = found.abs().compareTo(OF_NO_MATTER) <= 0 ? Duration.ZERO : found;
    } catch (DateTimeParseException e) {
      return;
    }
  }

  /** The manager's time, or null where nobody knows it. */
  @Nullable Instant now() {
    Duration known = offset;
    Instant here = local.instant();
    if (known != null) {
      return here.plus(known);
    }
    return here.isBefore(PLAINLY_UNSET) ? null : here;
  }
}
