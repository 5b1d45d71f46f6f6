package dev.holdfast.messages.crypto;

import dev.holdfast.model.Sealed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Secrets under the present key.
 *
 * @param resealed in the order they were asked for
 */
public record SecretsResealed(List<Resealed> resealed) implements CryptoMessage {
  public SecretsResealed {
    resealed = List.copyOf(resealed);
  }

  /**
   * One of the two is null.
   *
   * @param sealed the secret
   * @param fault as in {@link SecretsOpened.Opened}
   */
  public record Resealed(@Nullable Sealed sealed, @Nullable String fault) {}
}
