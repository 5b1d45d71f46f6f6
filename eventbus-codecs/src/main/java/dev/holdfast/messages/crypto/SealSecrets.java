package dev.holdfast.messages.crypto;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.SecretValue;
import java.util.List;

/**
 * Asks to seal secrets with the present master key, each with a nonce of its own.
 *
 * @param secrets what to seal
 */
public record SealSecrets(List<Plain> secrets) implements CryptoMessage {
  public SealSecrets {
    secrets = List.copyOf(secrets);
  }

  /**
   * A secret in clear and the place it is for.
   *
   * @param service its service
   * @param key its key
   * @param value the secret
   */
  public record Plain(String service, String key, SecretValue value) {
    public Plain {
      requireNonNull(service, "service");
      requireNonNull(key, "key");
      requireNonNull(value, "value");
    }
  }
}
