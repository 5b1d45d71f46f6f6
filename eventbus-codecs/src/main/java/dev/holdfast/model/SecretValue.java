package dev.holdfast.model;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A secret in clear. It shows itself to nobody who does not ask by name: {@code toString()} is
 * {@link #MASK}, and two are compared in constant time.
 */
public final class SecretValue {
  /** What stands for a secret that is set, wherever it may not be shown. */
  public static final String MASK = "********";

  private final String value;

  private SecretValue(String value) {
    this.value = requireNonNull(value, "value");
  }

  /** Wraps a text. */
  public static SecretValue of(String value) {
    return new SecretValue(value);
  }

  /** The text itself: never for a log, message, event, error or metric. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretValue that
        && MessageDigest.isEqual(
            value.getBytes(StandardCharsets.UTF_8), that.value.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for all, so that it tells nothing. */
  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public String toString() {
    return MASK;
  }
}
