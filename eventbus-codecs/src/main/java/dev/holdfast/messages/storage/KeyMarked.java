package dev.holdfast.messages.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The mark that a key bears now.
 *
 * @param unusedSince since when no secret needs it; null: it is needed
 */
public record KeyMarked(@Nullable Instant unusedSince) implements StorageMessage {}
