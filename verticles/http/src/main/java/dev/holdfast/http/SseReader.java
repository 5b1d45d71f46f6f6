package dev.holdfast.http;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One reader of the event stream. Never holds more than its write queue, one health report, one
 * reset, and the names of the services it is behind with. Belongs to one event loop.
 */
final class SseReader {
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Predicate<String> filter;
  private final BooleanSupplier admitted;
  private final String name;
  private final Counter sent;
  // In order of revision: what is told live comes last, and moves to the end when told again.
  private final LinkedHashSet<SseSlot> behind = new LinkedHashSet<>();
  private long since;
  private @Nullable Buffer reset;
  private @Nullable Buffer health;
  private boolean full;
  private long fullSinceNanos;

  /**
   * @param request the head of its reply is set, nothing is written yet
   * @param filter which services it wants and may see
   * @param admitted whether its owner may still come in
   * @param name who reads, for the log
   * @param sent counts the frames
   */
  SseReader(
      HttpServerRequest request,
      Predicate<String> filter,
      BooleanSupplier admitted,
      String name,
      Counter sent) {
    this.request = request;
    this.response = request.response();
    this.filter = filter;
    this.admitted = admitted;
    this.name = name;
    this.sent = sent;
  }

  /** Which services it wants and may see. */
  Predicate<String> filter() {
    return filter;
  }

  /** Whether its owner may still come in. */
  boolean admitted() {
    return admitted.getAsBoolean();
  }

  /** Everything up to this revision it has already: it is not told again. */
  void has(long revision) {
    since = revision;
  }

  /** Puts it behind with these, which are in order of revision. */
  void owe(Collection<SseSlot> slots) {
    behind.addAll(slots);
  }

  /** Whether it is behind with anything. */
  boolean isBehind() {
    return !behind.isEmpty();
  }

  /**
   * Tells what the live stream has reached, all of one revision; what the reader cannot take now it
   * is behind with.
   */
  void tell(List<SseSlot> group) {
    SseSlot last = null;
    for (SseSlot slot : group) {
      if (slot.toldRevision() > since && filter.test(slot.service())) {
        if (last != null) {
          tell(last, false);
        }
        last = slot;
      }
    }
    if (last != null) {
      tell(last, true);
    }
  }

  private void tell(SseSlot slot, boolean withId) {
    SseFrame frame = slot.frame(Long.MAX_VALUE);
    if (frame == null || isBehind() || isFull()) {
      behind.remove(slot);
      behind.add(slot);
    } else {
      write(frame, withId);
    }
  }

  /**
   * Sends what it is behind with for as long as it takes more.
   *
   * @param maxAgeNanos how old a signature may be
   * @return the slot that must be signed again before it goes on, or null
   */
  @Nullable SseSlot catchUp(long maxAgeNanos) {
    sendAside();
    while (isBehind() && !isFull()) {
      Iterator<SseSlot> order = behind.iterator();
      SseSlot slot = order.next();
      if (slot.pending()) {
        order.remove(); // its newest state comes by the live stream
        continue;
      }
      SseFrame frame = slot.frame(maxAgeNanos);
      if (frame == null) {
        return slot;
      }
      order.remove();
      write(frame, !order.hasNext() || order.next().toldRevision() != slot.toldRevision());
    }
    return null;
  }

  /**
   * Tells the state of the manager, now or when it can take more; the newest replaces the older.
   */
  void tellHealth(Buffer frame) {
    health = frame;
    sendAside();
  }

  /** Tells that everything is to be read again; what it was behind with no longer matters. */
  void tellReset(Buffer frame) {
    behind.clear();
    since = 0;
    reset = frame;
    sendAside();
  }

  /** Keeps the connection alive; a full reader needs nothing more. */
  void beat() {
    if (!isFull()) {
      write(SseFrames.HEARTBEAT);
    }
  }

  /** Writes the first bytes. */
  void welcome(Buffer frame) {
    write(frame);
  }

  /** Whether its queue has been full for this long. */
  boolean stuck(long nanos) {
    return full && response.writeQueueFull() && System.nanoTime() - fullSinceNanos >= nanos;
  }

  /** Takes note of a queue that has room again; true where it was full before. */
  boolean drained() {
    boolean drained = full && !response.writeQueueFull();
    full = full && !drained;
    return drained;
  }

  /** Ends the stream in order. */
  Future<Void> end() {
    return response.ended() || response.closed() ? Future.succeededFuture() : response.end();
  }

  /** Drops the stream with all that waits in its queue. */
  void drop() {
    Cut.reply(request);
  }

  /** Whether the connection is gone. */
  boolean gone() {
    return response.closed() || response.ended();
  }

  /** Who reads, for the log. */
  @Override
  public String toString() {
    return name;
  }

  private void sendAside() {
    Buffer first = reset;
    if (first != null && !isFull()) {
      reset = null;
      sent.increment();
      write(first);
    }
    Buffer second = health;
    if (second != null && !isFull()) {
      health = null;
      sent.increment();
      write(second);
    }
  }

  private void write(SseFrame frame, boolean withId) {
    sent.increment();
    write(withId ? frame.whole() : frame.withoutId());
  }

  private boolean isFull() {
    if (!full && response.writeQueueFull()) {
      full = true;
      fullSinceNanos = System.nanoTime();
    }
    return full;
  }

  private void write(Buffer frame) {
    // A failed write means the connection is gone, which its close handler tells.
    response.write(frame);
    isFull();
  }
}
