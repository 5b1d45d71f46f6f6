package dev.holdfast.app;

import dev.holdfast.model.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which master keys the secrets need, as the files on disk tell.
 *
 * @param inUse the id of the key that secrets are sealed with, or null where none is set
 * @param old the id of the key being rotated out, or null
 * @param stored how many secrets the database holds under each key, by key id
 * @param cached the ids of the keys that the last-known-good cache needs
 * @param unusedSince since when the database needs the old key no more, or null
 * @param grace how long the old key is kept after that
 * @param retention how long backups are kept, or null where none are made
 */
record KeySurvey(
    @Nullable String inUse,
    @Nullable String old,
    Map<String, Long> stored,
    Set<String> cached,
    @Nullable Instant unusedSince,
    Duration grace,
    @Nullable Duration retention) {
  KeySurvey {
    stored = Map.copyOf(stored);
    cached = Set.copyOf(cached);
  }

  /** The id as rows and files write it, or null for null. */
  static @Nullable String id(@Nullable String value) {
    return value == null ? null : value.strip().toLowerCase(Locale.ROOT);
  }

  /** How many secrets are under a key that is not at hand, by key id. */
  Map<String, Long> lost() {
    Map<String, Long> lost = new TreeMap<>(stored);
    cached.forEach(id -> lost.putIfAbsent(id, 0L));
    lost.keySet().removeIf(id -> id.equals(inUse) || id.equals(old));
    return lost;
  }

  /** How many secrets are still under the old key. */
  long waiting() {
    return old == null ? 0 : stored.getOrDefault(old, 0L);
  }

  /** Why the old key must stay, or null when it may be removed. */
  @Nullable String keep(Instant now) {
    if (waiting() > 0) {
      return waiting()
          + (waiting() == 1 ? " secret is" : " secrets are")
          + " still sealed with it; the running manager seals anew what opens";
    }
    if (old != null && cached.contains(old)) {
      return "the last-known-good cache still holds secrets sealed with it";
    }
    if (unusedSince == null) {
      return "it is not known since when nothing needs it; the running manager notes it";
    }
    Instant until = unusedSince.plus(grace);
    return until.isAfter(now) ? "the grace time is over at " + Times.format(until) : null;
  }

  /** Until when backups inside the retention need the old key, or null. */
  @Nullable Instant backupsUntil() {
    return unusedSince == null || retention == null ? null : unusedSince.plus(retention);
  }
}
