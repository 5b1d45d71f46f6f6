package dev.holdfast.model;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import java.util.regex.Pattern;

/**
 * The allow-list of names. Checked once at every door, before a name reaches a topic, a path or
 * SQL.
 */
public final class Names {
  /** The legal form of a service's name. */
  public static final String SERVICE_FORM = "^[a-z][a-z0-9-]{0,62}$";

  /** The legal form of a key. A dot is part of the name; keys are flat. */
  public static final String KEY_FORM = "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$";

  /** The longest key. */
  public static final int MAX_KEY_LENGTH = 255;

  private static final Pattern SERVICE = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  // Possessive, so that no input makes it backtrack or recurse.
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]*+(?:\\.[a-z][a-z0-9_]*+)*+");

  private Names() {}

  /** Whether this is a service's name. */
  public static boolean isService(String name) {
    return SERVICE.matcher(name).matches();
  }

  /** Whether this is a key. */
  public static boolean isKey(String name) {
    return name.length() <= MAX_KEY_LENGTH && KEY.matcher(name).matches();
  }

  /** The name itself, or {@link FailureCode#BAD_REQUEST} that says the legal form. */
  public static String service(String name) {
    if (!isService(name)) {
      throw BusFailure.of(
          FailureCode.BAD_REQUEST,
          "service: " + printable(name) + " (expected: " + SERVICE_FORM + ")");
    }
    return name;
  }

  /** The key itself, or {@link FailureCode#BAD_REQUEST} that says the legal form. */
  public static String key(String name) {
    if (!isKey(name)) {
      throw BusFailure.of(
          FailureCode.BAD_REQUEST, "key: " + printable(name) + " (expected: " + KEY_FORM + ")");
    }
    return name;
  }

  /** A foreign text made safe for a message: quoted, at most 80 characters, nothing unprintable. */
  public static String printable(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), 80); i++) {
      char c = text.charAt(i);
      out.append(c < 0x20 || c == 0x7f || Character.isSurrogate(c) || c == '"' ? '?' : c);
    }
    return out.append(text.length() > 80 ? "…\"" : "\"").toString();
  }
}
