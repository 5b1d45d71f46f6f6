package dev.holdfast.http;

import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.Caller;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest state of every service, encoded. Shared by all instances of the verticle; whatever is
 * applied to it, in whatever order and however often, a service never goes back to an older
 * revision, and one that was deleted does not come back.
 */
final class ReadModel {
  private final ConcurrentHashMap<String, Slot> slots = new ConcurrentHashMap<>();
  private volatile @Nullable String epoch;
  private volatile long revision;

  /** A service's newest state; without a document it was deleted. */
  private record Slot(String epoch, long revision, @Nullable ServiceDocument document) {}

  /** The newest state of a service, or null where there is none. */
  @Nullable ServiceDocument get(String service) {
    Slot slot = slots.get(service);
    return slot == null ? null : slot.document();
  }

  /** The services this caller may see, in order. */
  List<String> names(Caller caller) {
    return slots.entrySet().stream()
        .filter(entry -> entry.getValue().document() != null)
        .map(Map.Entry::getKey)
        .filter(caller::sees)
        .sorted()
        .toList();
  }

  /** Whether a state was read. */
  boolean loaded() {
    return epoch != null;
  }

  /** The epoch of the state read last; null before. */
  @Nullable String epoch() {
    return epoch;
  }

  /** The highest revision seen. */
  long revision() {
    return revision;
  }

  /**
   * Applies a change; one of another epoch than the state's waits for the state to be read again.
   */
  void apply(ConfigChanged event) {
    String known = epoch;
    if (known != null && !known.equals(event.epoch())) {
      return;
    }
    event.changed().forEach(this::put);
    event.deleted().forEach(this::remove);
    raise(event.revision());
  }

  /** Applies everything: what the state does not name and is not newer than it goes. */
  void apply(State state) {
    state.services().forEach(this::put);
    state.tombstones().forEach(this::remove);
    Set<String> named = new HashSet<>();
    state.services().forEach(snapshot -> named.add(snapshot.service()));
    state.tombstones().forEach(tombstone -> named.add(tombstone.service()));
    slots
        .entrySet()
        .removeIf(
            entry ->
                !named.contains(entry.getKey())
                    && !newer(entry.getValue(), state.epoch(), state.revision()));
    String known = epoch;
    if (known != null && !known.equals(state.epoch())) {
      revision = state.revision();
    }
    epoch = state.epoch();
    raise(state.revision());
  }

  private void put(ServiceSnapshot snapshot) {
    Slot held = slots.get(snapshot.service());
    if (!replaces(snapshot.epoch(), snapshot.revision(), held)) {
      return;
    }
    // Encoded outside the map's lock: another thread may do the same work, never harm.
    Slot made =
        new Slot(
            snapshot.epoch(),
            snapshot.revision(),
            ServiceDocument.of(snapshot, held == null ? null : held.document()));
    settle(snapshot.service(), made);
  }

  private void remove(Tombstone tombstone) {
    settle(tombstone.service(), new Slot(tombstone.epoch(), tombstone.revision(), null));
  }

  private void settle(String service, Slot made) {
    slots.merge(
        service, made, (held, next) -> replaces(next.epoch(), next.revision(), held) ? next : held);
  }

  private static boolean replaces(String epoch, long revision, @Nullable Slot held) {
    return held == null || !held.epoch().equals(epoch) || revision > held.revision();
  }

  private static boolean newer(Slot slot, String epoch, long revision) {
    return slot.epoch().equals(epoch) && slot.revision() > revision;
  }

  private synchronized void raise(long seen) {
    revision = Math.max(revision, seen);
  }
}
