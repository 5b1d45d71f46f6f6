package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Sealed;
import java.util.List;

/**
 * Puts other seals on secrets that stay what they are: no revision, no version, no history. Each is
 * replaced only where the seal is still the one expected.
 *
 * @param replacements one a secret
 */
public record ReplaceSecrets(List<Replacement> replacements) implements StorageMessage {
  public ReplaceSecrets {
    replacements = List.copyOf(replacements);
  }

  /**
   * One secret.
   *
   * @param service its service
   * @param key its key
   * @param before the seal it must still have
   * @param after the one it gets
   */
  public record Replacement(String service, String key, Sealed before, Sealed after) {
    public Replacement {
      requireNonNull(service, "service");
      requireNonNull(key, "key");
      requireNonNull(before, "before");
      requireNonNull(after, "after");
    }
  }
}
