package dev.holdfast.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code If-Match} or {@code If-None-Match} (RFC 9110, 13.1).
 *
 * @param any whether it is {@code *}
 * @param tags each as written, with its quotes and, where weak, with {@code W/}
 */
record EntityTags(boolean any, List<String> tags) {
  private static final String WEAK = "W/";

  EntityTags {
    tags = List.copyOf(tags);
  }

  /** Reads a header's value; null where it is no list of entity tags. */
  static @Nullable EntityTags parse(String value) {
    String text = value.strip();
    if (text.equals("*")) {
      return new EntityTags(true, List.of());
    }
    List<String> tags = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == ',' || c == ' ' || c == '\t') {
        i++;
        continue;
      }
      int start = i;
      if (text.startsWith(WEAK, i)) {
        i += WEAK.length();
      }
      int end = i < text.length() && text.charAt(i) == '"' ? text.indexOf('"', i + 1) : -1;
      if (end < 0) {
        return null;
      }
      tags.add(text.substring(start, end + 1));
      i = end + 1;
    }
    return tags.isEmpty() ? null : new EntityTags(false, tags);
  }

  /** The strong comparison: weak tags match nothing. */
  boolean strong(String current) {
    return any || tags.contains(current);
  }

  /** The weak comparison. */
  boolean weak(String current) {
    return any || tags.contains(current) || tags.contains(WEAK + current);
  }

  /**
   * Whether {@code If-None-Match} says that the caller holds the current state; a value that is no
   * list of tags matches nothing.
   */
  static boolean held(@Nullable String ifNoneMatch, String current) {
    if (ifNoneMatch == null) {
      return false;
    }
    if (ifNoneMatch.equals(current)) {
      return true;
    }
    EntityTags tags = parse(ifNoneMatch);
    return tags != null && tags.weak(current);
  }
}
