package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody was refused: one row of {@code access_log}.
 *
 * @param userId the token's name, or where an unknown caller came from
 * @param action method and path, without the query
 * @param service the service concerned, or null
 * @param key the key concerned, or null
 * @param reason why it was refused
 * @param at when
 */
public record AccessDenied(
    String userId,
    String action,
    @Nullable String service,
    @Nullable String key,
    String reason,
    Instant at)
    implements StorageMessage {
  public AccessDenied {
    requireNonNull(userId, "userId");
    requireNonNull(action, "action");
    requireNonNull(reason, "reason");
    requireNonNull(at, "at");
  }
}
