package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Remembers since when no secret needs a key. A key that is marked already keeps its earlier time.
 *
 * @param keyId the key's id
 * @param unusedSince since when; null: it is needed again
 */
public record MarkKey(String keyId, @Nullable Instant unusedSince) implements StorageMessage {
  public MarkKey {
    requireNonNull(keyId, "keyId");
  }
}
