package dev.holdfast.messages.crypto;

import java.util.List;

/**
 * Asks to seal secrets anew with the present master key; they never leave the room in clear.
 *
 * @param secrets what to open and seal again
 */
public record ResealSecrets(List<SealedSecret> secrets) implements CryptoMessage {
  public ResealSecrets {
    secrets = List.copyOf(secrets);
  }
}
