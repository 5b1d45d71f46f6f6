package dev.holdfast.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in the event stream, written {@code <epoch>/<revision>}.
 *
 * @param epoch the database's epoch
 * @param revision everything up to this revision has been told
 */
record SseId(String epoch, long revision) {
  private static final Pattern FORM = Pattern.compile("([0-9a-fA-F-]{36})/(0|[1-9][0-9]{0,15})");

  /** The id that a text says; null where it says none. */
  static @Nullable SseId parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches() ? new SseId(matcher.group(1), Long.parseLong(matcher.group(2))) : null;
  }

  @Override
  public String toString() {
    return epoch + "/" + revision;
  }
}
