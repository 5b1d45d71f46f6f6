package dev.holdfast.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The newest state of every service, and which of them are still to be told. Bounded by the number
 * of services: a newer state takes the place of the older one. Belongs to one event loop.
 */
final class SseStates {
  private final Map<String, SseSlot> slots = new HashMap<>();
  private final TreeSet<SseSlot> pending =
      new TreeSet<>(
          Comparator.<SseSlot>comparingLong(slot -> slot.newest().revision())
              .thenComparing(SseSlot::service));
  private String epoch = "";
  private long revision;

  /** The database's epoch; empty before the first state. */
  String epoch() {
    return epoch;
  }

  /** The newest revision that is known. */
  long revision() {
    return revision;
  }

  /** How many services have a state that is still to be told. */
  int pending() {
    return pending.size();
  }

  /** Begins anew. What is there counts as told. */
  void restart(String newEpoch, long newRevision, List<SseState> states) {
    slots.clear();
    pending.clear();
    epoch = newEpoch;
    revision = newRevision;
    for (SseState state : states) {
      SseSlot slot = new SseSlot(state);
      slot.settle();
      slots.put(state.service(), slot);
    }
  }

  /** Takes what is newer than what is known, as of a revision. */
  void change(long newRevision, List<SseState> states) {
    revision = newRevision;
    for (SseState state : states) {
      SseSlot slot = slots.get(state.service());
      if (slot == null) {
        slot = new SseSlot(state);
        slots.put(state.service(), slot);
        pending.add(slot);
      } else if (state.revision() > slot.newest().revision()) {
        pending.remove(slot);
        slot.newest(state);
        pending.add(slot);
      }
    }
  }

  /**
   * The services that are to be told next: all of the lowest revision. Empty where there is none.
   */
  List<SseSlot> nextGroup() {
    List<SseSlot> group = new ArrayList<>();
    for (SseSlot slot : pending) {
      if (!group.isEmpty() && slot.newest().revision() != group.get(0).newest().revision()) {
        break;
      }
      group.add(slot);
    }
    return group;
  }

  /** Whether this slot is still in use, which it is not after {@link #restart}. */
  boolean has(SseSlot slot) {
    return slots.get(slot.service()) == slot;
  }

  /** The live stream tells a slot's state; a newer one that came meanwhile stays pending. */
  void tell(SseSlot slot, SseFrame frame) {
    slot.tell(frame);
    if (!slot.pending()) {
      pending.remove(slot);
    }
  }

  /** Nobody listens: everything counts as told. */
  void settle() {
    pending.forEach(SseSlot::settle);
    pending.clear();
  }

  /** Where a reader stands that starts now: every state up to here has been told or replaced. */
  SseId frontier() {
    return new SseId(epoch, pending.isEmpty() ? revision : pending.first().newest().revision() - 1);
  }

  /** What has been told above a revision, in order of revision. */
  List<SseSlot> toldAfter(long after, Predicate<String> filter) {
    List<SseSlot> found = new ArrayList<>();
    for (SseSlot slot : slots.values()) {
      if (slot.toldRevision() > after && filter.test(slot.service())) {
        found.add(slot);
      }
    }
    found.sort(
        Comparator.<SseSlot>comparingLong(SseSlot::toldRevision).thenComparing(SseSlot::service));
    return found;
  }
}
