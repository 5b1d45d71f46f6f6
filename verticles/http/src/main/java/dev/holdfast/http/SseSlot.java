package dev.holdfast.http;

import org.jspecify.annotations.Nullable;

/**
 * The place of one service in the stream: the newest state that is known, and the newest that the
 * live stream has reached. Belongs to one event loop.
 */
final class SseSlot {
  private SseState newest;
  private @Nullable SseState told;
  private @Nullable SseFrame frame;
  private boolean refreshing;

  SseSlot(SseState newest) {
    this.newest = newest;
  }

  String service() {
    return newest.service();
  }

  SseState newest() {
    return newest;
  }

  void newest(SseState state) {
    newest = state;
  }

  /** Whether a newer state is still to be told: it will come by the live stream. */
  boolean pending() {
    return toldRevision() != newest.revision();
  }

  /** The state that the live stream has reached; null where it has told none yet. */
  @Nullable SseState told() {
    return told;
  }

  /** The revision of {@link #told}; 0 where there is none. */
  long toldRevision() {
    SseState state = told;
    return state == null ? 0 : state.revision();
  }

  /** The live stream passed the newest state while nobody listened. */
  void settle() {
    told = newest;
    frame = null;
  }

  /** The live stream tells this state. */
  void tell(SseFrame signed) {
    told = signed.state();
    frame = signed;
  }

  /** Takes a newer signature of the state that was told; ignores that of another. */
  void refresh(SseFrame signed) {
    if (toldRevision() == signed.state().revision()) {
      frame = signed;
    }
  }

  /** The frame of {@link #told} where it was signed within this time; else null. */
  @Nullable SseFrame frame(long maxAgeNanos) {
    SseFrame signed = frame;
    return signed != null && System.nanoTime() - signed.madeNanos() <= maxAgeNanos ? signed : null;
  }

  /** Claims the one signature at a time that a slot asks for; false where one is under way. */
  boolean startRefreshing() {
    boolean free = !refreshing;
    refreshing = true;
    return free;
  }

  void stopRefreshing() {
    refreshing = false;
  }
}
