package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.model.Caller;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event stream of {@code GET /api/config/events}. One hub an event loop; it is made, started,
 * called and closed on that loop and has no locks.
 *
 * <p>Every reader gets each state in order of revision. A burst may be reduced to the newest state
 * of a service; nothing else is left out: an {@code id} is sent only when all up to it has been
 * sent or is still to come in a newer state, so a stream that resumes from it misses nothing.
 * Nothing is sent unsigned: where signing fails it is tried again, and the stream waits.
 */
final class SseHub {
  private static final Logger LOG = LoggerFactory.getLogger(SseHub.class);

  private final Bus bus;
  private final Vertx vertx;
  private final SseLimits limits;
  private final SseStates states = new SseStates();
  private final SseReaders readers;
  private final SseFeed feed;
  private final SseSigner signer;
  private final SseMeters meters;
  private boolean signing;
  private int failures;
  private boolean closed;

  SseHub(Bus bus, Vertx vertx, MeterRegistry registry, SseLimits limits) {
    this.bus = bus;
    this.vertx = vertx;
    this.limits = limits;
    this.feed = new SseFeed(bus, vertx, limits, states, this::signNext, this::restarted);
    this.signer = new SseSigner(bus);
    this.meters = new SseMeters(registry, this::readers, states::pending);
    this.readers = new SseReaders(vertx, limits, meters.dropped(), this::drained);
  }

  /**
   * Follows the settings and the health. Succeeds when the first state has been read; fails as
   * {@link dev.holdfast.messages.settings.SettingsRoutes#STATE} does.
   */
  Future<Void> start() {
    bus.subscribe(HealthRoutes.CHANGED, this::healthChanged);
    return feed.start().onSuccess(read -> readers.start());
  }

  /**
   * Answers a request with the stream, which lasts until the reader leaves, is too slow, or {@link
   * #close}. Answers 503 where there are too many readers, before {@link #start} and after {@link
   * #close}.
   *
   * @param request a request that nothing has been answered to
   * @param services only these; empty for all that the caller may see
   * @param caller whose scope bounds what is told
   * @param admitted whether the caller may still come in
   */
  void attach(
      HttpServerRequest request, Set<String> services, Caller caller, BooleanSupplier admitted) {
    HttpServerResponse response = request.response();
    response.putHeader("X-Request-Id", caller.requestId());
    if (closed || !feed.ready() || readers.size() >= limits.maxReaders()) {
      SseRefusal.answer(request, caller.requestId());
      return;
    }
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Accel-Buffering", "no")
        .setWriteQueueMaxSize(limits.queueBytes());
    Set<String> wanted = Set.copyOf(services);
    Predicate<String> filter =
        wanted.isEmpty()
            ? caller::sees
            : service -> wanted.contains(service) && caller.sees(service);
    String name = caller.name() + " (request " + caller.requestId() + ")";
    SseReader reader = new SseReader(request, filter, admitted, name, meters.sent());
    response.closeHandler(gone -> readers.remove(reader));
    response.exceptionHandler(failure -> readers.remove(reader));
    response.drainHandler(drained -> drained(reader));
    begin(reader, request.getHeader("Last-Event-ID"));
  }

  /** Ends the streams of those who may not come in any more. */
  void endRevoked() {
    readers.endRevoked();
  }

  /** Ends every stream. */
  void close() {
    closed = true;
    feed.close();
    readers.close();
    meters.close();
  }

  private int readers() {
    return readers.size();
  }

  private void begin(SseReader reader, @Nullable String lastEventId) {
    if (lastEventId == null || lastEventId.isEmpty()) {
      SseId frontier = states.frontier();
      readers.add(reader);
      reader.has(frontier.revision());
      reader.welcome(SseFrames.welcome(frontier));
      return;
    }
    reader.welcome(SseFrames.WELCOME);
    SseId id = SseId.parse(lastEventId);
    if (id == null) {
      reset(reader, "unknown-id");
    } else if (id.epoch().equals(states.epoch()) && id.revision() <= states.revision()) {
      resume(reader, id);
    } else {
      resumeFromAhead(reader, id);
    }
  }

  /** Another hub may have told the reader what this one has not heard of yet: so look first. */
  private void resumeFromAhead(SseReader reader, SseId id) {
    feed.readAgain()
        .onComplete(
            done -> {
              if (closed || !reader.admitted()) {
                reader.end();
              } else if (reader.gone()) {
                LOG.debug("event stream: {} left before it began", reader);
              } else if (!id.epoch().equals(states.epoch())) {
                reset(reader, "epoch");
              } else if (id.revision() > states.revision()) {
                reset(reader, "ahead");
              } else {
                resume(reader, id);
              }
            });
  }

  private void resume(SseReader reader, SseId id) {
    readers.add(reader);
    reader.has(id.revision());
    reader.owe(states.toldAfter(id.revision(), reader.filter()));
    catchUp(reader);
  }

  private void reset(SseReader reader, String reason) {
    SseId frontier = states.frontier();
    readers.add(reader);
    reader.tellReset(SseFrames.reset(reason, frontier));
    reader.has(frontier.revision());
  }

  private void drained(SseReader reader) {
    if (reader.drained()) {
      catchUp(reader);
    }
  }

  private void catchUp(SseReader reader) {
    SseSlot stale = reader.catchUp(TimeUnit.MILLISECONDS.toNanos(limits.reuseMillis()));
    if (stale != null) {
      refresh(stale, 1);
    }
  }

  private void catchUpAll() {
    readers.each(
        reader -> {
          if (reader.isBehind()) {
            catchUp(reader);
          }
        });
  }

  /** Signs again what was told before; at most one signature a slot is under way. */
  private void refresh(SseSlot slot, int attempt) {
    SseState told = slot.told();
    if (told == null || !slot.startRefreshing()) {
      return;
    }
    signer
        .sign(told)
        .onSuccess(
            frame -> {
              slot.stopRefreshing();
              slot.refresh(frame);
              catchUpAll();
            })
        .onFailure(
            failure -> {
              warn(told, failure, attempt);
              vertx.setTimer(
                  limits.backOffMillis(attempt),
                  timer -> {
                    slot.stopRefreshing();
                    if (!closed && states.has(slot)) {
                      refresh(slot, attempt + 1);
                    }
                  });
            });
  }

  private void signNext() {
    if (signing || closed) {
      return;
    }
    if (readers.isEmpty()) {
      states.settle();
      return;
    }
    List<SseSlot> group = states.nextGroup();
    if (group.isEmpty()) {
      return;
    }
    signing = true;
    SseState first = group.get(0).newest();
    List<Future<SseFrame>> frames = new ArrayList<>(group.size());
    group.forEach(slot -> frames.add(signer.sign(slot.newest())));
    Future.all(frames)
        .onSuccess(
            done -> {
              failures = 0;
              signing = false;
              tell(group, done.list());
              signNext();
            })
        .onFailure(
            failure -> {
              failures++;
              warn(first, failure, failures);
              vertx.setTimer(
                  limits.backOffMillis(failures),
                  timer -> {
                    signing = false;
                    signNext();
                  });
            });
  }

  private void tell(List<SseSlot> group, List<SseFrame> frames) {
    List<SseSlot> told = new ArrayList<>(group.size());
    for (int i = 0; i < group.size(); i++) {
      SseSlot slot = group.get(i);
      if (states.has(slot)) {
        states.tell(slot, frames.get(i));
        told.add(slot);
      }
    }
    readers.each(reader -> reader.tell(told));
  }

  private void restarted() {
    Buffer frame = SseFrames.reset("epoch", states.frontier());
    readers.each(
        reader -> {
          reader.tellReset(frame);
          reader.has(states.revision());
        });
  }

  private void healthChanged(HealthReport report) {
    Buffer frame = SseFrames.health(report);
    readers.each(reader -> reader.tellHealth(frame));
  }

  private static void warn(SseState state, Throwable failure, int attempt) {
    if (attempt == 1) {
      LOG.warn(
          "event stream: {} at revision {} cannot be signed, trying again",
          state.service(),
          state.revision(),
          failure);
    }
  }
}
