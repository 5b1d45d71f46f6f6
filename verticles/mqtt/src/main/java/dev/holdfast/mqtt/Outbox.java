package dev.holdfast.mqtt;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be published: the newest entry of each topic and whether it still has to go out. It is
 * bounded by the number of topics, because a newer entry replaces the one that waits. Of one topic
 * no two entries are under way at once, so a topic never goes back.
 *
 * <p>Not thread-safe: it belongs to one event loop.
 */
final class Outbox {
  /** Why something goes out. */
  enum Cause {
    /** It changed. */
    CHANGE,
    /** The broker may have lost it, or never had it. */
    RECONNECT,
    /** What the broker has grows stale. */
    REISSUE
  }

  /**
   * An entry on its way. Compared by identity: one that was given back is another when it leaves
   * again.
   */
  static final class Sending {
    private final Entry entry;
    private final Cause cause;
    private final long sinceNanos;

    private Sending(Entry entry, Waiting waiting) {
      this.entry = entry;
      this.cause = waiting.cause();
      this.sinceNanos = waiting.sinceNanos();
    }

    Entry entry() {
      return entry;
    }

    Cause cause() {
      return cause;
    }

    /** When it began to wait, as {@link System#nanoTime} tells it. */
    long sinceNanos() {
      return sinceNanos;
    }
  }

  private record Waiting(Cause cause, long sinceNanos) {}

  private final int window;
  private final TreeMap<String, Entry> newest = new TreeMap<>();
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, Sending> underWay = new HashMap<>();

  /**
   * @param window how many entries may be under way at once; above 0
   */
  Outbox(int window) {
    this.window = window;
  }

  /** Takes an entry, unless the one it holds is as new. */
  void offer(Entry entry, Cause cause, long nowNanos) {
    Entry known = newest.get(entry.topic());
    if (known == null || known.order() < entry.order()) {
      newest.put(entry.topic(), entry);
      ask(entry.topic(), cause, nowNanos);
    }
  }

  /**
   * Begins anew with these entries, whatever their order: another epoch counts from its own
   * beginning. The topic of a service that is not among them is cleared.
   */
  void replaceAll(Collection<? extends Entry> entries, long nowNanos) {
    Set<String> gone = new HashSet<>(newest.keySet());
    for (Entry entry : entries) {
      gone.remove(entry.topic());
      newest.put(entry.topic(), entry);
      ask(entry.topic(), Cause.RECONNECT, nowNanos);
    }
    for (String topic : gone) {
      if (!(newest.get(topic) instanceof Entry.Plain)) {
        newest.put(topic, new Entry.Cleared(topic, -1));
        ask(topic, Cause.RECONNECT, nowNanos);
      }
    }
  }

  /** Everything is to go out once. */
  void renewAll(long nowNanos) {
    newest.keySet().forEach(topic -> ask(topic, Cause.RECONNECT, nowNanos));
  }

  /**
   * One topic is to go out again: the first one behind {@code after} in order of name that is not
   * cleared, beginning anew at the end.
   *
   * @return that topic, or null when there is none
   */
  @Nullable String renewNext(String after, long nowNanos) {
    String topic = firstLive(newest.tailMap(after, false));
    if (topic == null) {
      topic = firstLive(newest.headMap(after, true));
    }
    if (topic != null) {
      ask(topic, Cause.REISSUE, nowNanos);
    }
    return topic;
  }

  /** The next entry to publish, now under way; null when there is none or the window is full. */
  @Nullable Sending next() {
    if (underWay.size() >= window) {
      return null;
    }
    for (Map.Entry<String, Waiting> candidate : waiting.entrySet()) {
      String topic = candidate.getKey();
      Entry entry = newest.get(topic);
      if (entry != null && !underWay.containsKey(topic)) {
        Sending sending = new Sending(entry, candidate.getValue());
        waiting.remove(topic);
        underWay.put(topic, sending);
        return sending;
      }
    }
    return null;
  }

  /** Whether this is still under way, and was not given back. */
  boolean isUnderWay(Sending sending) {
    return underWay.get(sending.entry().topic()) == sending;
  }

  /** The broker has it. */
  void confirmed(Sending sending) {
    if (isUnderWay(sending)) {
      underWay.remove(sending.entry().topic());
    }
  }

  /** It could not be sent: it waits again. */
  void giveBack(Sending sending) {
    if (isUnderWay(sending)) {
      underWay.remove(sending.entry().topic());
      ask(sending.entry().topic(), sending.cause(), sending.sinceNanos());
    }
  }

  /** The connection is gone: all that was under way waits again. */
  void giveBackAll() {
    Set.copyOf(underWay.values()).forEach(this::giveBack);
  }

  /** How many entries wait or are under way. */
  int size() {
    long alsoWaiting = underWay.keySet().stream().filter(waiting::containsKey).count();
    return waiting.size() + underWay.size() - (int) alsoWaiting;
  }

  /** How many topics could be issued again. */
  int live() {
    return (int) newest.values().stream().filter(Outbox::isLive).count();
  }

  /** A change outranks the other causes; of two equal ones the first stands. */
  private void ask(String topic, Cause cause, long nowNanos) {
    waiting.merge(
        topic,
        new Waiting(cause, nowNanos),
        (old, asked) -> old.cause().compareTo(asked.cause()) <= 0 ? old : asked);
  }

  private static @Nullable String firstLive(Map<String, Entry> entries) {
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      if (isLive(entry.getValue())) {
        return entry.getKey();
      }
    }
    return null;
  }

  private static boolean isLive(Entry entry) {
    return !(entry instanceof Entry.Cleared);
  }
}
