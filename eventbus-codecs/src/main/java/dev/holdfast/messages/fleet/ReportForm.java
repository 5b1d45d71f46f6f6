package dev.holdfast.messages.fleet;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.Names;
import dev.holdfast.model.Times;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The grammar of reports, the same at every door. */
public final class ReportForm {
  /** The legal form of an instance's name. */
  public static final String INSTANCE_FORM = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

  /** The largest report that is looked at, in bytes of JSON. */
  public static final int MAX_BYTES = 4_096;

  /** The longest reason that is kept, in characters. */
  public static final int MAX_REASON = 500;

  private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern EPOCH =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern TIME =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?"
              + "(?:Z|[+-][0-9]{2}:[0-9]{2})");

  private ReportForm() {}

  /** Whether this is an instance's name. */
  public static boolean isInstance(String name) {
    return INSTANCE.matcher(name).matches();
  }

  /**
   * Reads a report. Members that are not known are left aside; a reason that is too long is cut.
   *
   * @param members as {@link StrictJson} reads them
   * @param via how it came
   * @throws BusFailure {@link FailureCode#BAD_REQUEST} for the first member that has not its form
   */
  public static InstanceReported read(
      String service, String instance, Map<String, @Nullable Object> members, String via) {
    Names.service(service);
    if (!isInstance(instance)) {
      throw bad("instance", instance, INSTANCE_FORM);
    }
    return new InstanceReported(
        service,
        instance,
        version(members.get("version")),
        epoch(members.get("config_epoch")),
        flag("applied", members.get("applied")),
        text("reason", members.get("reason")),
        at(members.get("at")),
        via);
  }

  /**
   * Reads what a service says of its health, likewise.
   *
   * @param members as {@link StrictJson} reads them
   * @throws BusFailure {@link FailureCode#BAD_REQUEST} for the first member that has not its form
   */
  public static ServiceHealthReported readHealth(
      String service, Map<String, @Nullable Object> members) {
    return new ServiceHealthReported(
        Names.service(service),
        flag("ok", members.get("ok")),
        text("event", members.get("event")),
        text("err", members.get("err")));
  }

  private static @Nullable String text(String name, @Nullable Object value) {
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw bad(name, value, "a text, null or nothing");
  }

  /** A text cut to its limit, with a space for every character that is not to be seen. */
  static String harmless(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(MAX_REASON)
        .map(character -> steers(character) ? ' ' : character)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  private static boolean steers(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private static long version(@Nullable Object value) {
    if (value instanceof Long version && version >= 1 && version <= StrictJson.MAX_SAFE_INTEGER) {
      return version;
    }
    throw bad("version", value, "an integer from 1 to " + StrictJson.MAX_SAFE_INTEGER);
  }

  private static String epoch(@Nullable Object value) {
    if (value instanceof String epoch && EPOCH.matcher(epoch).matches()) {
      return epoch;
    }
    throw bad("config_epoch", value, "a UUID in lower case");
  }

  private static boolean flag(String name, @Nullable Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw bad(name, value, "true or false");
  }

  private static Instant at(@Nullable Object value) {
    if (value instanceof String text && TIME.matcher(text).matches()) {
      try {
        return Times.parse(text);
      } catch (DateTimeException e) {
        throw bad("at", value, "an RFC 3339 time");
      }
    }
    throw bad("at", value, "an RFC 3339 time");
  }

  private static BusFailure bad(String name, @Nullable Object value, String form) {
    return BusFailure.of(
        FailureCode.BAD_REQUEST,
        name
            + ": "
            + (value == null ? "missing" : Names.printable(String.valueOf(value)))
            + " (expected: "
            + form
            + ")");
  }
}
