package dev.holdfast.http;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The door for paths. Each segment is percent-decoded exactly once, and what comes out must be made
 * of unreserved characters (RFC 3986, 2.3): nothing that passes can mean another path to whoever
 * reads it later.
 */
final class Paths {
  private Paths() {}

  /**
   * Checks a path as the request line has it.
   *
   * @throws BusFailure {@link FailureCode#BAD_REQUEST} for a character that has no place in it, a
   *     malformed percent-encoding, {@code .} and {@code ..}; {@link FailureCode#NOT_FOUND} for an
   *     empty segment
   */
  static void check(@Nullable String path) {
    if (path == null || !path.startsWith("/")) {
      throw bad();
    }
    int start = 1;
    while (start <= path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      segment(path, start, end);
      start = end + 1;
    }
  }

  /** A path that {@link #check} lets pass, decoded once. */
  static String decoded(String path) {
    if (path.indexOf('%') < 0) {
      return path;
    }
    StringBuilder decoded = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%') {
        c = octet(path, i + 1, path.length());
        i += 2;
      }
      decoded.append(c);
    }
    return decoded.toString();
  }

  private static void segment(String path, int start, int end) {
    if (start == end) {
      if (path.length() == 1) {
        return;
      }
      throw BusFailure.of(FailureCode.NOT_FOUND, "there is no such path");
    }
    StringBuilder decoded = new StringBuilder(end - start);
    for (int i = start; i < end; i++) {
      char c = path.charAt(i);
      if (c == '%') {
        c = octet(path, i + 1, end);
        i += 2;
      }
      if (!unreserved(c)) {
        throw bad();
      }
      decoded.append(c);
    }
    if (decoded.toString().equals(".") || decoded.toString().equals("..")) {
      throw bad();
    }
  }

  private static char octet(String path, int at, int end) {
    if (at + 2 > end
        || !HexFormat.isHexDigit(path.charAt(at))
        || !HexFormat.isHexDigit(path.charAt(at + 1))) {
      throw bad();
    }
    return (char) HexFormat.fromHexDigits(path, at, at + 2);
  }

  /** Whether a character is unreserved (RFC 3986, 2.3). */
  static boolean unreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  private static BusFailure bad() {
    return BusFailure.of(
        FailureCode.BAD_REQUEST,
        "path: an illegal character or encoding (expected: segments of A-Z a-z 0-9 - . _ ~)");
  }
}
