package dev.holdfast.messages.storage;

import java.util.List;

/**
 * What became of a {@link ReplaceSecrets}; durable.
 *
 * @param replaced for each replacement, in order, whether it was made
 */
public record SecretsReplaced(List<Boolean> replaced) implements StorageMessage {
  public SecretsReplaced {
    replaced = List.copyOf(replaced);
  }
}
