package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.GetState;
import dev.holdfast.messages.settings.SettingsRoutes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the read model up to date: the state at the start, every change after it, and the state
 * again when a change was missed. Belongs to one event loop.
 */
final class ReadModelFeed {
  private static final Logger LOG = LoggerFactory.getLogger(ReadModelFeed.class);
  private static final long RETRY_MILLIS = 1_000;

  private final Bus bus;
  private final Vertx vertx;
  private final ReadModel model;
  private long lastRevision = -1;
  private boolean reading;
  private boolean missed;

  ReadModelFeed(Bus bus, Vertx vertx, ReadModel model) {
    this.bus = bus;
    this.vertx = vertx;
    this.model = model;
  }

  /** Listens, then reads the state. Fails when it cannot be read. */
  Future<Void> start() {
    bus.subscribe(SettingsRoutes.CHANGED, this::changed);
    return read();
  }

  private void changed(ConfigChanged event) {
    model.apply(event);
    boolean gap = lastRevision >= 0 && event.revision() > lastRevision + 1;
    lastRevision = Math.max(lastRevision, event.revision());
    String epoch = model.epoch();
    if (gap || (epoch != null && !epoch.equals(event.epoch()))) {
      LOG.info("revision {}: a change before it was missed, reading the state", event.revision());
      readAgain();
    }
  }

  private Future<Void> read() {
    return bus.call(SettingsRoutes.STATE, new GetState())
        .map(
            state -> {
              boolean sameEpoch = state.epoch().equals(model.epoch());
              model.apply(state);
              lastRevision =
                  sameEpoch ? Math.max(lastRevision, state.revision()) : state.revision();
              return null;
            });
  }

  private void readAgain() {
    missed = true;
    if (reading) {
      return;
    }
    reading = true;
    missed = false;
    read()
        .onComplete(
            done -> {
              reading = false;
              if (done.failed()) {
                LOG.warn("cannot read the state, trying again: {}", done.cause().getMessage());
                vertx.setTimer(RETRY_MILLIS, timer -> readAgain());
              } else if (missed) {
                readAgain();
              }
            });
  }
}
