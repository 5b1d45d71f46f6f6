package dev.holdfast.fleet;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.GetState;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.State;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the versions of the services: the whole state at the start, on a gap of revisions and
 * when the epoch is another one, and every change between. Belongs to one event loop.
 */
final class SettingsFeed {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsFeed.class);
  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Newest newest;
  private final Runnable news;
  private @Nullable String epoch;
  private long revision;
  private boolean reading;
  private boolean readAgain;
  private long retryTimer = -1;

  /**
   * @param news called when a service may have gone
   */
  SettingsFeed(Vertx vertx, Bus bus, Newest newest, Runnable news) {
    this.vertx = vertx;
    this.bus = bus;
    this.newest = newest;
    this.news = news;
  }

  /** Listens, and reads the state. Completes also when that must be tried again later. */
  Future<Void> start() {
    bus.subscribe(SettingsRoutes.CHANGED, this::changed);
    return read();
  }

  void stop() {
    vertx.cancelTimer(retryTimer);
  }

  private void changed(ConfigChanged event) {
    boolean known = event.epoch().equals(epoch);
    if (known && event.revision() <= revision) {
      return;
    }
    boolean gap = !known || event.revision() != revision + 1;
    if (known) {
      revision = event.revision();
      newest.take(event);
      news.run();
    }
    if (gap) {
      readAndForget();
    }
  }

  private Future<Void> read() {
    if (reading) {
      readAgain = true;
      return Future.succeededFuture();
    }
    reading = true;
    return bus.call(SettingsRoutes.STATE, new GetState())
        .onSuccess(this::take)
        .onFailure(
            failure -> {
              LOG.warn("the versions of the services are not known yet: {}", failure.getMessage());
              vertx.cancelTimer(retryTimer);
              retryTimer = vertx.setTimer(RETRY_MILLIS, id -> readAndForget());
            })
        .eventually(
            () -> {
              reading = false;
              if (readAgain) {
                readAgain = false;
                readAndForget();
              }
              return Future.succeededFuture();
            })
        .otherwiseEmpty()
        .mapEmpty();
  }

  private void readAndForget() {
    read().onComplete(done -> LOG.debug("the state was read again"));
  }

  private void take(State state) {
    boolean older = state.epoch().equals(epoch) && state.revision() < revision;
    // Defaults without a database say nothing of which services there are.
    if (older || state.epoch().equals(State.NO_EPOCH)) {
      return;
    }
    epoch = state.epoch();
    revision = state.revision();
    newest.take(state);
    news.run();
  }
}
