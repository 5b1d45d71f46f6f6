package dev.holdfast.messages.crypto;

import dev.holdfast.model.SecretValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opened secrets.
 *
 * @param opened in the order they were asked for
 */
public record SecretsOpened(List<Opened> opened) implements CryptoMessage {
  /** The fault of a secret whose key is not at hand. */
  public static final String UNKNOWN_KEY = "unknown-key";

  /** The fault of a secret that was altered, or moved from another place. */
  public static final String DOES_NOT_OPEN = "does-not-open";

  public SecretsOpened {
    opened = List.copyOf(opened);
  }

  /**
   * One of the two is null.
   *
   * @param value the secret
   * @param fault {@link #UNKNOWN_KEY} or {@link #DOES_NOT_OPEN}
   */
  public record Opened(@Nullable SecretValue value, @Nullable String fault) {}
}
