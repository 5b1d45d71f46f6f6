package dev.holdfast.mqtt;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.SignUpdate;
import dev.holdfast.model.ServiceSnapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what waits in the outbox to the broker, signed, as long as there is a connection. A change
 * goes at once, but in a burst only so many a moment: what waits is replaced by what is newer, and
 * need not be signed at all.
 */
final class Publisher {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final long SHARED_SIGNATURE_MILLIS = 1_000;
  private static final long RETRY_MILLIS = 1_000;
  private static final int BURST = 100;
  private static final long BURST_MILLIS = 100;

  private final Vertx vertx;
  private final Bus bus;
  private final Outbox outbox;
  private final BrokerLink link;
  private final Meters meters;
  private long retryTimer = -1;
  private long burstTimer = -1;
  private int changes;
  private boolean stopped;

  Publisher(Vertx vertx, Bus bus, Outbox outbox, BrokerLink link, Meters meters) {
    this.vertx = vertx;
    this.bus = bus;
    this.outbox = outbox;
    this.link = link;
    this.meters = meters;
  }

  /** Sends what can be sent now. Called whenever something was added, confirmed or connected. */
  void pump() {
    while (link.connected() && !stopped && changes < BURST) {
      Outbox.Sending sending = outbox.next();
      if (sending == null) {
        break;
      }
      if (sending.cause() == Outbox.Cause.CHANGE) {
        count();
      }
      send(sending);
    }
    meters.outbox(outbox.size());
  }

  private void count() {
    if (changes++ == 0) {
      burstTimer =
          vertx.setTimer(
              BURST_MILLIS,
              over -> {
                changes = 0;
                pump();
              });
    }
  }

  /** Nothing leaves any more: what follows is the goodbye. */
  void stop() {
    stopped = true;
    vertx.cancelTimer(retryTimer);
    vertx.cancelTimer(burstTimer);
  }

  private void send(Outbox.Sending sending) {
    payload(sending)
        .compose(
            payload ->
                outbox.isUnderWay(sending)
                    ? link.publish(sending.entry().topic(), payload)
                    : Future.failedFuture("the connection changed meanwhile"))
        .onSuccess(
            nothing -> {
              outbox.confirmed(sending);
              meters.published(sending);
              pump();
            })
        .onFailure(failure -> failed(sending, failure));
  }

  private Future<Buffer> payload(Outbox.Sending sending) {
    if (sending.entry() instanceof Entry.Plain plain) {
      return Future.succeededFuture(plain.payload());
    }
    if (!(sending.entry() instanceof Entry.Update update)) {
      return Future.succeededFuture(Buffer.buffer());
    }
    ServiceSnapshot snapshot = update.snapshot();
    long maxAge = sending.cause() == Outbox.Cause.REISSUE ? 0 : SHARED_SIGNATURE_MILLIS;
    return bus.call(
            CryptoRoutes.SIGN_UPDATE,
            new SignUpdate(
                snapshot.service(),
                snapshot.version(),
                snapshot.epoch(),
                snapshot.effective().canonical(),
                maxAge))
        .compose(
            signed ->
                signed.version() == snapshot.version() && signed.epoch().equals(snapshot.epoch())
                    ? Future.succeededFuture(Buffer.buffer(signed.payload()))
                    : Future.failedFuture("the signature is for version " + signed.version()));
  }

  /** The connection's own failures come back by {@code giveBackAll}; the others are tried again. */
  private void failed(Outbox.Sending sending, Throwable failure) {
    if (!outbox.isUnderWay(sending)) {
      return;
    }
    LOG.warn("{}: not published yet: {}", sending.entry().topic(), failure.getMessage());
    outbox.giveBack(sending);
    vertx.cancelTimer(retryTimer);
    retryTimer = vertx.setTimer(RETRY_MILLIS, id -> pump());
  }
}
