package dev.holdfast.messages.crypto;

import java.util.List;

/**
 * Asks to open sealed secrets with the present master key or the one being rotated out.
 *
 * @param secrets what to open
 */
public record OpenSecrets(List<SealedSecret> secrets) implements CryptoMessage {
  public OpenSecrets {
    secrets = List.copyOf(secrets);
  }
}
