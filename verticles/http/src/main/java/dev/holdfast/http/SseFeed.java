package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.GetState;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link SseStates} at the newest revision: follows the changes, and reads everything again
 * where one is missing or the epoch is another. Belongs to one event loop.
 */
final class SseFeed {
  private static final Logger LOG = LoggerFactory.getLogger(SseFeed.class);

  private final Bus bus;
  private final Vertx vertx;
  private final SseLimits limits;
  private final SseStates states;
  private final Runnable changed;
  private final Runnable restarted;
  private @Nullable Future<Void> reading;
  private @Nullable Future<Void> nextReading;
  private boolean retrying;
  private int failures;
  private boolean closed;

  /**
   * @param changed told after states were added
   * @param restarted told after the epoch became another one; not for the first state
   */
  SseFeed(
      Bus bus,
      Vertx vertx,
      SseLimits limits,
      SseStates states,
      Runnable changed,
      Runnable restarted) {
    this.bus = bus;
    this.vertx = vertx;
    this.limits = limits;
    this.states = states;
    this.changed = changed;
    this.restarted = restarted;
  }

  /** Listens, then reads the first state. Fails as {@link SettingsRoutes#STATE} does. */
  Future<Void> start() {
    bus.subscribe(SettingsRoutes.CHANGED, this::heard);
    return readAgain();
  }

  /** Whether there is a first state. */
  boolean ready() {
    return !states.epoch().isEmpty();
  }

  /**
   * Reads everything, beginning after this call: one that is under way may be older. However many
   * ask, at most one reading runs and one waits.
   */
  Future<Void> readAgain() {
    Future<Void> running = reading;
    if (running == null) {
      return read();
    }
    Future<Void> waiting = nextReading;
    if (waiting == null) {
      waiting =
          running.transform(
              done -> {
                nextReading = null;
                return read();
              });
      nextReading = waiting;
    }
    return waiting;
  }

  void close() {
    closed = true;
  }

  private Future<Void> read() {
    Future<Void> read =
        bus.call(SettingsRoutes.STATE, new GetState())
            .transform(
                result -> {
                  reading = null;
                  if (result.failed()) {
                    return Future.failedFuture(result.cause());
                  }
                  take(result.result());
                  return Future.succeededFuture();
                });
    reading = read.isComplete() ? null : read;
    return read;
  }

  private void heard(ConfigChanged event) {
    if (closed) {
      return;
    }
    long ahead = event.revision() - states.revision();
    if (!event.epoch().equals(states.epoch()) || ahead > 1) {
      closeGap();
    } else if (ahead == 1) {
      states.change(event.revision(), all(event.changed(), event.deleted()));
      changed.run();
    }
  }

  private void closeGap() {
    readAgain().onSuccess(done -> failures = 0).onFailure(this::readLater);
  }

  private void readLater(Throwable failure) {
    if (closed || retrying) {
      return;
    }
    failures++;
    if (failures == 1) {
      LOG.warn("event stream: the state cannot be read, trying again", failure);
    }
    retrying = true;
    vertx.setTimer(
        limits.backOffMillis(failures),
        timer -> {
          retrying = false;
          closeGap();
        });
  }

  private void take(State state) {
    if (closed || state.epoch().equals(State.NO_EPOCH)) {
      return;
    }
    List<SseState> all = all(state.services(), state.tombstones());
    if (!state.epoch().equals(states.epoch())) {
      boolean first = !ready();
      states.restart(state.epoch(), state.revision(), all);
      if (!first) {
        restarted.run();
      }
    } else if (state.revision() > states.revision()) {
      states.change(state.revision(), all);
      changed.run();
    }
  }

  private static List<SseState> all(List<ServiceSnapshot> changed, List<Tombstone> deleted) {
    List<SseState> all = new ArrayList<>(changed.size() + deleted.size());
    changed.forEach(snapshot -> all.add(SseState.of(snapshot)));
    deleted.forEach(tombstone -> all.add(SseState.of(tombstone)));
    return all;
  }
}
