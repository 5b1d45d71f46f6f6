package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody did, or tried, something: one row of {@code access_log}.
 *
 * @param userId the token's name, or where an unknown caller came from
 * @param action what: {@code change}, {@code delete}, {@code restore}, {@code schema}, {@code
 *     set-secret}, {@code remove-secret}, {@code reveal}, {@code read-secrets}, {@code start},
 *     {@code sign-in}, {@code rebuild}, {@code lose-secret}, {@code restore.accept}, {@code
 *     audit-broken}; of a refused request its method and path, without the query
 * @param service the service concerned, or null
 * @param key the key concerned, or null
 * @param success whether it was done
 * @param reason why it was done or refused, or null
 * @param at when
 */
public record AccessEntry(
    String userId,
    String action,
    @Nullable String service,
    @Nullable String key,
    boolean success,
    @Nullable String reason,
    Instant at)
    implements StorageMessage {
  public AccessEntry {
    requireNonNull(userId, "userId");
    requireNonNull(action, "action");
    requireNonNull(at, "at");
  }
}
