package dev.holdfast.http;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.model.Caller;
import dev.holdfast.model.Names;
import dev.holdfast.model.Times;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request that has passed every check.
 *
 * @param request the request itself
 * @param call which call it is
 * @param caller who asks; without a token nobody, who sees no service
 * @param grant what the token allows; null only where the call needs none and none was given
 * @param service the checked name in the path; empty where the path names none
 * @param key the checked key in the path; empty where the path names none
 * @param query the parameters: String, Long or Boolean, as the API document types them
 * @param body the JSON object sent; empty where the call takes none
 */
record Exchange(
    Incoming request,
    Call call,
    Caller caller,
    @Nullable Grant grant,
    String service,
    String key,
    Map<String, Object> query,
    Map<String, @Nullable Object> body) {

  /** A parameter that is true or false; false where it is absent. */
  boolean flag(String name) {
    return Boolean.TRUE.equals(query.get(name));
  }

  /** A parameter that is a text, or null. */
  @Nullable String text(String name) {
    return (String) query.get(name);
  }

  /** A parameter that is a whole number, or null. */
  @Nullable Long number(String name) {
    return (Long) query.get(name);
  }

  /**
   * A parameter that is a moment, or null.
   *
   * @throws BusFailure {@link FailureCode#BAD_REQUEST} for a day that no calendar has
   */
  @Nullable Instant time(String name) {
    String text = text(name);
    try {
      return text == null ? null : Times.parse(text);
    } catch (DateTimeParseException e) {
      throw BusFailure.of(
          FailureCode.BAD_REQUEST,
          name + ": " + Names.printable(String.valueOf(text)) + " (expected: an RFC 3339 time)");
    }
  }

  /** Without the query and the body: secrets may be among them. */
  @Override
  public String toString() {
    return "Exchange[" + call + ", " + service + ", " + key + ", by " + caller.name() + "]";
  }
}
