package dev.holdfast.lkg;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.GetState;
import dev.holdfast.messages.settings.SecretsResealed;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.State;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the settings room: its events, and its whole state where one is missing. */
final class Follower {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Mirror mirror = new Mirror();
  private Runnable listener = () -> {};
  private boolean subscribed;
  private boolean reading;
  private @Nullable ConfigChanged heardWhileReading;
  private boolean resealedWhileReading;

  Follower(Vertx vertx, Bus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  /** Subscribes, then reads the state. Fails as {@link SettingsRoutes#STATE} does. */
  Future<Image> start() {
    if (!subscribed) {
      subscribed = true;
      bus.subscribe(SettingsRoutes.CHANGED, this::changed);
      bus.subscribe(SettingsRoutes.RESEALED, this::resealed);
    }
    return read().map(state -> image());
  }

  /** The newest state. */
  Image image() {
    return mirror.image();
  }

  /** From now on this hears of every newer state. */
  void onChange(Runnable newListener) {
    this.listener = newListener;
  }

  private void changed(ConfigChanged event) {
    if (reading) {
      heardWhileReading = event;
    } else if (mirror.isNews(event)) {
      if (mirror.apply(event)) {
        listener.run();
      } else {
        LOG.debug("a gap before revision {}: reading the state again", event.revision());
        readAgain();
      }
    }
  }

  /** Heard while the state is read, it may be newer than what is read: so it is read again. */
  private void resealed(SecretsResealed event) {
    if (reading) {
      resealedWhileReading = true;
    } else if (mirror.renew(event)) {
      listener.run();
    }
  }

  private void readAgain() {
    read()
        .onSuccess(state -> listener.run())
        .onFailure(
            failure -> {
              LOG.warn("the settings cannot be read, trying again: {}", failure.getMessage());
              reading = true;
              vertx.setTimer(RETRY_MILLIS, timer -> readAgain());
            });
  }

  private Future<State> read() {
    reading = true;
    heardWhileReading = null;
    resealedWhileReading = false;
    return bus.call(SettingsRoutes.STATE, new GetState())
        .onSuccess(mirror::load)
        .onComplete(done -> reading = false)
        .compose(
            state -> {
              ConfigChanged heard = heardWhileReading;
              boolean missed = resealedWhileReading || (heard != null && mirror.isNews(heard));
              return missed ? read() : Future.succeededFuture(state);
            });
  }
}
