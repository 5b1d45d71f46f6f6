package dev.holdfast.app;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of variables, typed. What is malformed is a {@link StartFailure} that names the
 * variable and the expected form, never the value.
 */
final class Values {
  private final Map<String, String> byName;

  Values(Map<String, String> byName) {
    this.byName = Map.copyOf(byName);
  }

  boolean has(Variable variable) {
    return byName.containsKey(variable.name());
  }

  @Nullable String textOrNull(Variable variable) {
    String value = byName.get(variable.name());
    return value == null ? null : value.strip();
  }

  /** The text, or another where it is not set. */
  String textOr(Variable variable, String other) {
    String value = textOrNull(variable);
    return value == null ? other : value;
  }

  String text(Variable variable) {
    String value = textOrNull(variable);
    if (value == null) {
      throw StartFailure.configuration(variable.name() + " is not set");
    }
    return value;
  }

  /** The entries of a comma list, without the space around them; none where it is not set. */
  List<String> list(Variable variable) {
    String value = textOrNull(variable);
    return value == null ? List.of() : Arrays.stream(value.split(",")).map(String::strip).toList();
  }

  Path path(Variable variable) {
    try {
      return Path.of(text(variable)).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw StartFailure.configuration(variable.name() + ": malformed (expected: a path)");
    }
  }

  @Nullable Path pathOrNull(Variable variable) {
    return has(variable) ? path(variable) : null;
  }

  /** The path of a file that can be read now, or null where it is not set. */
  @Nullable Path readableOrNull(Variable variable) {
    Path file = pathOrNull(variable);
    if (file != null && !(Files.isRegularFile(file) && Files.isReadable(file))) {
      throw StartFailure.configuration(
          variable.name() + ": cannot be read (expected: the path of a readable file)");
    }
    return file;
  }

  /** Refuses one without the other. */
  void bothOrNeither(Variable one, Variable other) {
    if (has(one) != has(other)) {
      throw StartFailure.configuration(
          (has(one) ? other : one).name()
              + " is not set although "
              + (has(one) ? one : other).name()
              + " is (expected: both or neither)");
    }
  }

  long number(Variable variable, long min, long max) {
    String text = text(variable);
    if (text.matches("[0-9]{1,12}")) {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw StartFailure.configuration(
        variable.name() + ": malformed (expected: a whole number, " + min + " to " + max + ")");
  }

  int integer(Variable variable, int min, int max) {
    return (int) number(variable, min, max);
  }
}
