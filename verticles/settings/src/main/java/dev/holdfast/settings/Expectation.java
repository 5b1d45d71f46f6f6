package dev.holdfast.settings;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.Names;
import dev.holdfast.model.Validation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says in words what a setting takes: the part of a message after "expected". */
final class Expectation {
  private static final int MAX_NAMES = 20;

  private Expectation() {}

  /** Type and bounds: {@code an integer, 0 to 1000}. */
  static String full(FieldSpec spec, @Nullable String format) {
    List<String> parts = new ArrayList<>();
    Validation bounds = spec.validation();
    if (!bounds.allowed().isEmpty()) {
      parts.add(allowed(spec));
    } else {
      parts.add(noun(spec.type()));
      addNotNull(parts, range(spec));
      if (bounds.multipleOf() != null) {
        parts.add(multiple(spec));
      }
      addNotNull(parts, length(bounds));
      if (bounds.pattern() != null) {
        parts.add(pattern(bounds));
      }
      if (format != null && spec.type() != FieldType.PATH) {
        parts.add("in the format " + format);
      }
    }
    String text = String.join(", ", parts);
    if (!spec.nullable() || spec.secret()) {
      return text;
    }
    return text + (parts.size() == 1 && bounds.allowed().isEmpty() ? " or null" : ", or null");
  }

  /** The bounds of a number, {@code 0.0 to 1.0} or {@code > 0}; null where there are none. */
  static @Nullable String range(FieldSpec spec) {
    Validation bounds = spec.validation();
    if (bounds.min() != null
        && bounds.max() != null
        && bounds.exclusiveMin() == null
        && bounds.exclusiveMax() == null) {
      return number(spec, bounds.min()) + " to " + number(spec, bounds.max());
    }
    List<String> parts = new ArrayList<>();
    addBound(parts, ">= ", spec, bounds.min());
    addBound(parts, "> ", spec, bounds.exclusiveMin());
    addBound(parts, "<= ", spec, bounds.max());
    addBound(parts, "< ", spec, bounds.exclusiveMax());
    return parts.isEmpty() ? null : String.join(" and ", parts);
  }

  /** {@code a multiple of 5}. */
  static String multiple(FieldSpec spec) {
    return "a multiple of " + CanonicalJson.write(spec.validation().multipleOf());
  }

  /** {@code 1 to 80 characters}; null where any length will do. */
  static @Nullable String length(Validation bounds) {
    Long min = bounds.minLength();
    Long max = bounds.maxLength();
    if (min != null && max != null) {
      return min + " to " + max + " characters";
    }
    if (min != null) {
      return "at least " + min + (min == 1 ? " character" : " characters");
    }
    return max == null ? null : "at most " + max + (max == 1 ? " character" : " characters");
  }

  /** The pattern in words, else itself. */
  static String pattern(Validation bounds) {
    return bounds.patternDescription() != null
        ? bounds.patternDescription()
        : "to match " + bounds.pattern();
  }

  /** {@code one of tiny, base}, or {@code exactly "tiny"}. */
  static String allowed(FieldSpec spec) {
    List<String> allowed = spec.validation().allowed();
    if (allowed.size() == 1) {
      boolean text = spec.type() == FieldType.STRING || spec.type() == FieldType.ENUM;
      return "exactly " + (text ? Names.printable(allowed.get(0)) : allowed.get(0));
    }
    return oneOf(allowed);
  }

  /** {@code one of a, b}, cut where there are many. */
  static String oneOf(Collection<String> words) {
    String named =
        String.join(", ", words.stream().limit(MAX_NAMES).map(Expectation::cut).toList());
    return "one of "
        + named
        + (words.size() > MAX_NAMES ? ", … (" + words.size() + " in all)" : "");
  }

  private static String cut(String word) {
    return word.length() > 80 ? word.substring(0, 80) + "…" : word;
  }

  private static String noun(FieldType type) {
    return switch (type) {
      case INTEGER -> "an integer";
      case FLOAT -> "a number";
      case BOOLEAN -> "true or false";
      case PATH -> "a path";
      case STRING, ENUM, SECRET -> "a string";
    };
  }

  private static String number(FieldSpec spec, Number bound) {
    return spec.type() == FieldType.FLOAT && bound instanceof Long
        ? bound + ".0"
        : CanonicalJson.write(bound);
  }

  private static void addBound(
      List<String> parts, String sign, FieldSpec spec, @Nullable Number bound) {
    if (bound != null) {
      parts.add(sign + number(spec, bound));
    }
  }

  private static void addNotNull(List<String> parts, @Nullable String part) {
    if (part != null) {
      parts.add(part);
    }
  }
}
