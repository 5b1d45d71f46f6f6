package dev.holdfast.messages.crypto;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Sealed;

/**
 * A sealed secret and the place it belongs to; at any other place it does not open.
 *
 * @param service its service
 * @param key its key
 * @param sealed the secret
 */
public record SealedSecret(String service, String key, Sealed sealed) {
  public SealedSecret {
    requireNonNull(service, "service");
    requireNonNull(key, "key");
    requireNonNull(sealed, "sealed");
  }
}
