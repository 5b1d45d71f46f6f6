package dev.holdfast.settings;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.model.Caller;
import dev.holdfast.model.Names;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every use case checks first. Each throws a {@link BusFailure}. */
final class Checks {
  /** The longest reason, in UTF-16 units. */
  static final int MAX_REASON = 500;

  /** How many errors the text of a failure names; the list has all. */
  private static final int NAMED = 3;

  private Checks() {}

  /** A legal name that the caller may change. */
  static void mayChange(String service, Caller caller) {
    Names.service(service);
    if (!caller.sees(service)) {
      throw BusFailure.of(FailureCode.FORBIDDEN, service + ": outside the scope of this token");
    }
  }

  /** A reason short enough to keep. */
  static void reason(@Nullable String reason) {
    if (reason != null && reason.length() > MAX_REASON) {
      throw invalid(
          "the request",
          List.of(
              new FieldError(
                  "reason",
                  "reason: "
                      + reason.length()
                      + " characters (expected: at most "
                      + MAX_REASON
                      + ")",
                  "max_length")));
    }
  }

  /** A number within bounds. */
  static void range(String parameter, long value, long min, long max) {
    if (value < min || value > max) {
      throw invalid(
          "the request",
          List.of(
              new FieldError(
                  parameter,
                  parameter + ": " + value + " (expected: " + min + " to " + max + ")",
                  value < min ? "minimum" : "maximum")));
    }
  }

  /** {@code INVALID} with everything that is wrong; its text names the first few. */
  static BusFailure invalid(String what, List<FieldError> errors) {
    return BusFailure.invalid(text(what, errors), errors);
  }

  /** What a list of errors is for a person. */
  static String text(String what, List<FieldError> errors) {
    StringBuilder text = new StringBuilder(what).append(": ");
    for (int i = 0; i < Math.min(errors.size(), NAMED); i++) {
      text.append(i == 0 ? "" : "; ").append(errors.get(i).message());
    }
    if (errors.size() > NAMED) {
      text.append("; and ").append(errors.size() - NAMED).append(" more");
    }
    return text.toString();
  }

  /** {@code NOT_FOUND} of a service. */
  static BusFailure noService(String service) {
    return BusFailure.of(
        FailureCode.NOT_FOUND,
        service + ": no such service (expected: version 0 in a PUT to make it)");
  }
}
