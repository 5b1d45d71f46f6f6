package dev.holdfast.client;

import dev.holdfast.json.StrictJson;
import dev.holdfast.model.SecretValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The Java types that a setting may have, and how each is made from JSON and from text. */
enum Kind {
  TEXT,
  INTEGER,
  FLOAT,
  BOOLEAN,
  ENUM,
  PATH,
  SECRET;

  /** The kind of a component's type; null where no setting can be of it. */
  static @Nullable Kind of(Class<?> type) {
    if (type == String.class) {
      return TEXT;
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return INTEGER;
    }
    if (type == double.class
        || type == Double.class
        || type == float.class
        || type == Float.class) {
      return FLOAT;
    }
    if (type == boolean.class || type == Boolean.class) {
      return BOOLEAN;
    }
    if (type.isEnum()) {
      return ENUM;
    }
    if (type == Path.class) {
      return PATH;
    }
    return type == SecretValue.class ? SECRET : null;
  }

  /** What fits, in words. */
  String expected(Class<?> type) {
    return switch (this) {
      case TEXT, SECRET -> "a text";
      case INTEGER ->
          type == int.class || type == Integer.class ? "a 32-bit integer" : "an integer";
      case FLOAT -> "a number";
      case BOOLEAN -> "true or false";
      case ENUM -> "one of " + String.join(", ", words(type));
      case PATH -> "a path";
    };
  }

  /** The Java value of a JSON value that is not null; null where it does not fit. */
  @Nullable Object of(Class<?> type, Object json) {
    return switch (this) {
      case TEXT -> json instanceof String text ? text : null;
      case INTEGER -> json instanceof Long number ? integer(type, number) : null;
      case FLOAT -> json instanceof Number number ? floating(type, number.doubleValue()) : null;
      case BOOLEAN -> json instanceof Boolean flag ? flag : null;
      case ENUM -> json instanceof String text ? constant(type, text) : null;
      case PATH -> json instanceof String text ? path(text) : null;
      case SECRET -> json instanceof SecretValue secret ? secret : null;
    };
  }

  /** The JSON value of a text, such as that of an environment variable; null where it has none. */
  @Nullable Object json(String text) {
    return switch (this) {
      case TEXT, ENUM, PATH -> text;
      case SECRET -> SecretValue.of(text);
      case INTEGER, FLOAT, BOOLEAN -> {
        try {
          yield StrictJson.parse(text.strip().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
          yield null;
        }
      }
    };
  }

  /** How the constants of an enum go over the wire: their {@code toString}, else in lower case. */
  static List<String> words(Class<?> type) {
    List<String> words = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      words.add(word((Enum<?>) constant));
    }
    return words;
  }

  /** A constant that says nothing else of itself is its name in lower case. */
  static String word(Enum<?> constant) {
    String text = constant.toString();
    return text.equals(constant.name()) ? text.toLowerCase(Locale.ROOT) : text;
  }

  private static @Nullable Object constant(Class<?> type, String word) {
    for (Object constant : type.getEnumConstants()) {
      if (word((Enum<?>) constant).equals(word)) {
        return constant;
      }
    }
    return null;
  }

  private static @Nullable Object integer(Class<?> type, long number) {
    if (type == long.class || type == Long.class) {
      return number;
    }
    return number == (int) number ? (Object) (int) number : null;
  }

  private static Object floating(Class<?> type, double number) {
    return type == float.class || type == Float.class ? (Object) (float) number : (Object) number;
  }

  private static @Nullable Object path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
