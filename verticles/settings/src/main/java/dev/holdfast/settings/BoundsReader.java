package dev.holdfast.settings;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.model.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads the bounds of one property. */
final class BoundsReader {
  private BoundsReader() {}

  /** Reads them; {@code type} is the property's JSON type. */
  static Validation read(PropertyNode node, String type) {
    boolean whole = type.equals("integer");
    Number min = node.number("minimum", whole);
    Number max = node.number("maximum", whole);
    Number exclusiveMin = node.number("exclusiveMinimum", whole);
    Number exclusiveMax = node.number("exclusiveMaximum", whole);
    Number multipleOf = node.number("multipleOf", whole);
    if (multipleOf != null && multipleOf.doubleValue() <= 0) {
      node.fault("multipleOf: " + Scalars.show(multipleOf) + " (expected: > 0)");
    }
    ordered(node, "minimum", min, "maximum", max);
    Long minLength = node.length("minLength");
    Long maxLength = node.length("maxLength");
    ordered(node, "minLength", minLength, "maxLength", maxLength);
    checkFormat(node);
    return new Validation(
        min,
        max,
        exclusiveMin,
        exclusiveMax,
        multipleOf,
        minLength,
        maxLength,
        pattern(node),
        node.text("x-pattern-description"),
        allowed(node, type));
  }

  private static void checkFormat(PropertyNode node) {
    String format = node.text("format");
    if (format != null && !Keywords.FORMATS.contains(format)) {
      node.fault(Keywords.unknown("format", format, Keywords.FORMATS));
    }
  }

  private static @Nullable String pattern(PropertyNode node) {
    String pattern = node.text("pattern");
    if (pattern != null) {
      try {
        BoundedRegex.compile(pattern);
      } catch (PatternSyntaxException e) {
        node.fault("pattern: " + Scalars.show(pattern) + " is no pattern: " + e.getDescription());
      }
    } else if (node.has("x-pattern-description")) {
      node.fault("x-pattern-description: there is no pattern");
    }
    return pattern;
  }

  private static List<String> allowed(PropertyNode node, String type) {
    List<String> allowed = new ArrayList<>();
    List<?> values = node.list("enum");
    if (values != null) {
      if (!type.equals("string")) {
        node.fault("enum: the type is " + type + " (expected: string)");
      }
      for (Object value : values) {
        if (value instanceof String text) {
          allowed.add(text);
        } else if (value != null) {
          node.fault("enum: " + Scalars.show(value) + " (expected: strings)");
        }
      }
      if (values.isEmpty()) {
        node.fault("enum: expected at least one string");
      }
    } else if (node.get("const") != null) {
      Object value = Scalars.normal(node.get("const"));
      allowed.add(value instanceof String text ? text : CanonicalJson.write(value));
    }
    return allowed;
  }

  private static void ordered(
      PropertyNode node, String low, @Nullable Number min, String high, @Nullable Number max) {
    if (min != null && max != null && min.doubleValue() > max.doubleValue()) {
      node.fault(low + ": " + Scalars.show(min) + " is above " + high + " " + Scalars.show(max));
    }
  }
}
