package dev.holdfast.lkg;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.ComputeHmac;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.settings.SettingsStanding;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins to keep the file once the settings are those of the database. */
final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Follower follower;
  private final StartCheck check;
  private final LkgWriter files;
  private boolean begun;
  private boolean keeping;
  private boolean closed;

  Keeper(Vertx vertx, Bus bus, Follower follower, StartCheck check, LkgWriter files) {
    this.vertx = vertx;
    this.bus = bus;
    this.follower = follower;
    this.check = check;
    this.files = files;
  }

  void standing(SettingsStanding standing) {
    if (standing.adopted() && !begun && !closed) {
      begun = true;
      begin();
    }
  }

  private void begin() {
    follower
        .start()
        .compose(image -> bus.call(CryptoRoutes.HMAC, new ComputeHmac("")))
        .compose(
            key ->
                check
                    .run(follower.image(), key.keyId())
                    .onSuccess(
                        found -> {
                          keeping = true;
                          files.begin(found, key.keyId(), follower::image);
                          follower.onChange(files::changed);
                        }))
        .onFailure(
            failure -> {
              LOG.warn(
                  "the last-known-good file is not kept yet, trying again: {}",
                  failure.getMessage());
              vertx.setTimer(
                  RETRY_MILLIS,
                  again -> {
                    if (!closed) {
                      begin();
                    }
                  });
            });
  }

  /** Writes what is not written yet. Does not fail. */
  Future<Void> close() {
    closed = true;
    return keeping ? files.close() : Future.succeededFuture();
  }
}
