package dev.holdfast.backup;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The newest thing that lies at the replica.
 *
 * @param at when it came there, by the replica's clock
 * @param position how far it reaches, or null where its name does not tell (0.3)
 */
record Newest(Instant at, @Nullable Position position) {
  static @Nullable Newest later(@Nullable Newest one, @Nullable Newest other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.at().isAfter(other.at()) ? one : other;
  }
}
