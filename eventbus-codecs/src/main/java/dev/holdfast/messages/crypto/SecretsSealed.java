package dev.holdfast.messages.crypto;

import dev.holdfast.model.Sealed;
import java.util.List;

/**
 * Sealed secrets.
 *
 * @param sealed in the order they were asked for
 */
public record SecretsSealed(List<Sealed> sealed) implements CryptoMessage {
  public SecretsSealed {
    sealed = List.copyOf(sealed);
  }
}
