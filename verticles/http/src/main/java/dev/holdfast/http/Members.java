package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.MemberBus;
import dev.holdfast.messages.http.HttpTopics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manager among the members of a cluster. Of several managers one speaks, as {@link Turn} says:
 * two would answer from two databases. Belongs to one event loop.
 */
final class Members {
  private static final Logger LOG = LoggerFactory.getLogger(Members.class);
  private static final long PAUSE_MILLIS = 1_000;

  /** A member may have looked too early and missed where this manager is; it looks again then. */
  private static final long RENEW_MILLIS = 15_000;

  private final Vertx vertx;
  private final BusDoor door;
  private final MemberFeed feed;
  private final Turn turn;
  private Future<Void> work = Future.succeededFuture();
  private boolean speaks;
  private boolean closed;

  private Members(Vertx vertx, Bus bus, BusDoor door) {
    this.vertx = vertx;
    this.door = door;
    this.feed = new MemberFeed(bus, vertx, this::publish);
    this.turn = new Turn(vertx, new MemberBus(vertx), this::told);
  }

  /** Goes among the members, where there are any; else null. What takes time goes on behind. */
  static @Nullable Members open(Vertx vertx, Bus bus, Door door, Map<Call, RequestRules> rules) {
    if (!vertx.isClustered()) {
      return null;
    }
    Members made = new Members(vertx, bus, door.members(rules));
    bus.subscribe(HttpTopics.MERGED, merged -> made.comeBack());
    made.turn.start();
    made.renewLater();
    return made;
  }

  /** Leaves them. Does not fail. */
  Future<Void> close() {
    closed = true;
    feed.close();
    return Future.join(turn.end(), door.close()).<Void>mapEmpty().otherwiseEmpty();
  }

  private void publish(String service, String signed) {
    if (speaks) {
      door.publish(service, signed);
    }
  }

  /** Registers everything anew: what the others knew of it may be lost. */
  private void comeBack() {
    if (closed) {
      return;
    }
    LOG.info("cluster: registering anew");
    turn.start();
    next(this::settle);
  }

  private void told(boolean mine) {
    speaks = mine;
    if (mine) {
      LOG.info("cluster: this manager answers its members");
    } else {
      LOG.warn("cluster: another manager answers its members, this one waits for it to go");
    }
    next(this::settle);
  }

  /** One after the other, so that nothing is opened while it is being closed. */
  private void next(Supplier<Future<Void>> step) {
    work = work.transform(done -> closed ? Future.succeededFuture() : step.get());
  }

  private void renewLater() {
    vertx.setTimer(
        RENEW_MILLIS,
        timer -> {
          if (!closed) {
            next(() -> speaks ? door.open().otherwiseEmpty() : Future.succeededFuture());
            work.onComplete(done -> renewLater());
          }
        });
  }

  private Future<Void> settle() {
    if (!speaks) {
      return door.close().otherwiseEmpty();
    }
    return door.open()
        .compose(done -> feed.start())
        .onFailure(
            failure -> {
              LOG.warn("cluster: the members cannot be answered yet, trying again", failure);
              vertx.setTimer(PAUSE_MILLIS, timer -> next(this::settle));
            });
  }
}
