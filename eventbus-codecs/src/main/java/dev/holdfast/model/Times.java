package dev.holdfast.model;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/**
 * The one way times are written: RFC 3339 in UTC with the offset {@code +00:00}, six digits of
 * microseconds, or none when they are zero.
 */
public final class Times {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'+00:00'");
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'+00:00'");

  private Times() {}

  /** The text of a moment, cut to microseconds. */
  public static String format(Instant instant) {
    OffsetDateTime time = instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    return (time.getNano() == 0 ? SECONDS : MICROS).format(time);
  }

  /**
   * Reads any RFC 3339 time with an offset.
   *
   * @throws java.time.format.DateTimeParseException where it is none
   */
  public static Instant parse(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
