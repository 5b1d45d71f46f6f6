package dev.holdfast.http;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open readers of one hub: a heartbeat for all of them, and an end for those that take nothing
 * any more. Belongs to one event loop.
 */
final class SseReaders {
  private static final Logger LOG = LoggerFactory.getLogger(SseReaders.class);

  private final Vertx vertx;
  private final SseLimits limits;
  private final Counter dropped;
  private final Consumer<SseReader> drained;
  private final Set<SseReader> open = new LinkedHashSet<>();
  private long heartbeatTimer = -1;
  private long sweepTimer = -1;

  /**
   * @param dropped counts those that were too slow
   * @param drained told of a reader that may be able to take more
   */
  SseReaders(Vertx vertx, SseLimits limits, Counter dropped, Consumer<SseReader> drained) {
    this.vertx = vertx;
    this.limits = limits;
    this.dropped = dropped;
    this.drained = drained;
  }

  void start() {
    heartbeatTimer = vertx.setTimer(limits.heartbeatMillis(), timer -> beat());
    sweepTimer = vertx.setTimer(sweepMillis(), timer -> sweep());
  }

  /** Ends every stream. */
  void close() {
    vertx.cancelTimer(heartbeatTimer);
    vertx.cancelTimer(sweepTimer);
    each(SseReader::end);
    open.clear();
  }

  /** Ends the streams of those who may not come in any more. */
  void endRevoked() {
    each(
        reader -> {
          if (!reader.admitted()) {
            LOG.info("event stream: {} may not come in any more: closed", reader);
            open.remove(reader);
            reader.end();
          }
        });
  }

  void add(SseReader reader) {
    open.add(reader);
  }

  void remove(SseReader reader) {
    open.remove(reader);
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  int size() {
    return open.size();
  }

  /** Over a copy: a write may find the connection gone and so take the reader out. */
  void each(Consumer<SseReader> action) {
    for (SseReader reader : open.toArray(new SseReader[0])) {
      action.accept(reader);
    }
  }

  private void beat() {
    each(SseReader::beat);
    heartbeatTimer = vertx.setTimer(limits.heartbeatMillis(), timer -> beat());
  }

  private void sweep() {
    each(this::sweep);
    sweepTimer = vertx.setTimer(sweepMillis(), timer -> sweep());
  }

  private void sweep(SseReader reader) {
    if (reader.stuck(TimeUnit.MILLISECONDS.toNanos(limits.slowMillis()))) {
      LOG.info("event stream: {} took nothing for {} ms: closed", reader, limits.slowMillis());
      dropped.increment();
      open.remove(reader);
      reader.drop();
    } else {
      drained.accept(reader);
    }
  }

  private long sweepMillis() {
    return Math.max(1, limits.slowMillis() / 10);
  }
}
