package dev.holdfast.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of a setting as JSON Schema 2020-12 names them; each null where there is none.
 *
 * @param min {@code minimum}, a Long or Double
 * @param max {@code maximum}
 * @param exclusiveMin {@code exclusiveMinimum}
 * @param exclusiveMax {@code exclusiveMaximum}
 * @param multipleOf {@code multipleOf}
 * @param minLength {@code minLength} in code points
 * @param maxLength {@code maxLength} in code points
 * @param pattern {@code pattern}, searched for anywhere in the text
 * @param patternDescription {@code x-pattern-description}, the pattern in words
 * @param allowed {@code enum} or {@code const}, without null; empty where anything goes
 */
public record Validation(
    @Nullable Number min,
    @Nullable Number max,
    @Nullable Number exclusiveMin,
    @Nullable Number exclusiveMax,
    @Nullable Number multipleOf,
    @Nullable Long minLength,
    @Nullable Long maxLength,
    @Nullable String pattern,
    @Nullable String patternDescription,
    List<String> allowed) {
  /** No bounds. */
  public static final Validation NONE =
      new Validation(null, null, null, null, null, null, null, null, null, List.of());

  public Validation {
    allowed = List.copyOf(allowed);
  }
}
