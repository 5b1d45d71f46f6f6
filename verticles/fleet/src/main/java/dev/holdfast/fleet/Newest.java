package dev.holdfast.fleet;

import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.State;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The newest version of every service, and the epoch they belong to. */
final class Newest {
  private final Map<String, Long> versions = new HashMap<>();
  private @Nullable String epoch;

  /** Whether there is such a service; while nothing is known, any may be. */
  boolean has(String service) {
    return epoch == null || versions.containsKey(service);
  }

  /** Whether this is the version that the manager would give now. */
  boolean is(String service, String claimedEpoch, long claimed) {
    Long version = versions.get(service);
    return version != null && version == claimed && claimedEpoch.equals(epoch);
  }

  /**
   * How many versions are newer than that one; null where that cannot be said: another epoch, an
   * unknown service, a version that was never given.
   */
  @Nullable Long behind(String service, String claimedEpoch, long claimed) {
    Long version = versions.get(service);
    return version == null || !claimedEpoch.equals(epoch) || claimed > version
        ? null
        : version - claimed;
  }

  /** Begins anew with a whole state. */
  void take(State state) {
    versions.clear();
    state.services().forEach(snapshot -> versions.put(snapshot.service(), snapshot.version()));
    epoch = state.epoch();
  }

  /** Takes a change of the same epoch. */
  void take(ConfigChanged event) {
    event.changed().forEach(snapshot -> versions.put(snapshot.service(), snapshot.version()));
    event.deleted().forEach(tombstone -> versions.remove(tombstone.service()));
  }
}
