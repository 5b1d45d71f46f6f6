package dev.holdfast.mqtt;

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
 * Brings every service's newest state into the outbox: follows the changes, and reads the whole
 * state at the start, on a gap of revisions and when the epoch is another one.
 */
final class SettingsFeed {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsFeed.class);
  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Outbox outbox;
  private final Runnable news;
  private @Nullable String epoch;
  private long revision;
  private boolean reading;
  private boolean readAgain;
  private long retryTimer = -1;

  /**
   * @param news called when the outbox holds something new
   */
  SettingsFeed(Vertx vertx, Bus bus, Outbox outbox, Runnable news) {
    this.vertx = vertx;
    this.bus = bus;
    this.outbox = outbox;
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
    if (known) {
      boolean gap = event.revision() != revision + 1;
      revision = event.revision();
      event.changed().forEach(snapshot -> offer(new Entry.Update(snapshot)));
      event.deleted().forEach(tombstone -> offer(cleared(tombstone)));
      news.run();
      if (!gap) {
        return;
      }
    }
    readAndForget();
  }

  private void offer(Entry entry) {
    outbox.offer(entry, Outbox.Cause.CHANGE, System.nanoTime());
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
              LOG.warn("the state of the settings is not known yet: {}", failure.getMessage());
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

  /** Reads; nobody waits, and a failure is tried again. */
  private void readAndForget() {
    read().onComplete(done -> LOG.debug("the state was read again"));
  }

  private void take(State state) {
    if (state.epoch().equals(State.NO_EPOCH)) {
      return; // Better the broker's retained messages than defaults.
    }
    boolean sameEpoch = state.epoch().equals(epoch);
    List<Entry> entries = new ArrayList<>();
    for (ServiceSnapshot snapshot : state.services()) {
      entries.add(new Entry.Update(snapshot));
    }
    for (Tombstone tombstone : state.tombstones()) {
      entries.add(cleared(tombstone));
    }
    long now = System.nanoTime();
    if (sameEpoch) {
      entries.forEach(entry -> outbox.offer(entry, Outbox.Cause.CHANGE, now));
    } else {
      outbox.replaceAll(entries, now);
    }
    revision = sameEpoch ? Math.max(revision, state.revision()) : state.revision();
    epoch = state.epoch();
    news.run();
  }

  private static Entry cleared(Tombstone tombstone) {
    return new Entry.Cleared(Topics.config(tombstone.service()), tombstone.revision());
  }
}
