package dev.holdfast.http;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.model.Names;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the query of a URL, strictly. */
final class Query {
  private Query() {}

  /**
   * The parameters by name, decoded once ({@code application/x-www-form-urlencoded}).
   *
   * @throws BusFailure {@link FailureCode#BAD_REQUEST} for a malformed encoding, a parameter
   *     without a name, and one that is given twice
   */
  static Map<String, String> parse(@Nullable String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (name.isEmpty()) {
        throw bad("query: a parameter without a name");
      }
      if (parameters.putIfAbsent(name, value) != null) {
        throw bad("query: " + Names.printable(name) + " is given twice (expected: once)");
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    try {
      String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
      if (decoded.indexOf('\uFFFD') < 0 && decoded.indexOf('\0') < 0) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      throw bad("query: a malformed percent-encoding");
    }
    throw bad("query: an illegal character");
  }

  private static BusFailure bad(String detail) {
    return BusFailure.of(FailureCode.BAD_REQUEST, detail);
  }
}
