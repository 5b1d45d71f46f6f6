package dev.holdfast.messages.storage;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks for entries of the access log, newest first. Every filter may be null.
 *
 * @param services only entries that concern one of these; entries of no service are left out then
 * @param userId only by this one
 * @param action only with this action
 * @param key only of this key
 * @param success only those that were done, or only those that were refused
 * @param from not before
 * @param to not after
 * @param before only entries with a lower id
 * @param limit at most this many, 1 to 1000
 */
public record FindAccess(
    @Nullable Set<String> services,
    @Nullable String userId,
    @Nullable String action,
    @Nullable String key,
    @Nullable Boolean success,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Long before,
    int limit)
    implements StorageMessage {
  public FindAccess {
    services = services == null ? null : Set.copyOf(services);
  }
}
