package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.http.HttpTopics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Lock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manager among the members of a cluster. Of several managers one speaks, the holder of a lock
 * of the cluster: two would answer from two databases. The others wait until it is gone. Belongs to
 * one event loop.
 */
final class Members {
  private static final Logger LOG = LoggerFactory.getLogger(Members.class);
  private static final String LOCK = "holdfast.manager";
  private static final long LOCK_MILLIS = 2_000;
  private static final long PAUSE_MILLIS = 1_000;

  private final Vertx vertx;
  private final BusDoor door;
  private final MemberFeed feed;
  private @Nullable Lock lock;
  private boolean toldWaiting;
  private boolean closed;

  private Members(Vertx vertx, Bus bus, BusDoor door) {
    this.vertx = vertx;
    this.door = door;
    this.feed = new MemberFeed(bus, vertx, this::publish);
  }

  /** Goes among the members, where there are any; else null. What takes time goes on behind. */
  static @Nullable Members open(Vertx vertx, Bus bus, Door door, Map<Call, RequestRules> rules) {
    if (!vertx.isClustered()) {
      return null;
    }
    Members made = new Members(vertx, bus, door.members(rules));
    bus.subscribe(HttpTopics.MERGED, merged -> made.comeBack());
    made.lock();
    return made;
  }

  /** Leaves them. Does not fail. */
  Future<Void> close() {
    closed = true;
    feed.close();
    return door.close()
        .otherwiseEmpty()
        .onComplete(
            done -> {
              if (lock != null) {
                lock.release();
              }
            });
  }

  private void publish(String service, String signed) {
    if (lock != null) {
      door.publish(service, signed);
    }
  }

  /**
   * Registers everything anew: what the others knew of it may be lost, and so may be the lock,
   * which another manager may have got.
   */
  private void comeBack() {
    Lock held = lock;
    if (closed || held == null) {
      return;
    }
    LOG.info("cluster: registering anew");
    lock = null;
    door.close()
        .otherwiseEmpty()
        .onComplete(
            done -> {
              held.release();
              lock();
            });
  }

  private void lock() {
    vertx
        .sharedData()
        .getLockWithTimeout(LOCK, LOCK_MILLIS)
        .onSuccess(this::speak)
        .onFailure(failure -> lockLater(String.valueOf(failure.getMessage())));
  }

  private void lockLater(String why) {
    if (closed) {
      return;
    }
    if (!toldWaiting) {
      toldWaiting = true;
      LOG.warn(
          "cluster: another manager answers its members, this one waits for it to go ({})", why);
    }
    vertx.setTimer(PAUSE_MILLIS, timer -> lock());
  }

  private void speak(Lock held) {
    if (closed) {
      held.release();
      return;
    }
    lock = held;
    door.open()
        .compose(done -> feed.start())
        .onSuccess(done -> LOG.info("cluster: this manager answers its members"))
        .onFailure(
            failure -> {
              LOG.warn("cluster: the members cannot be answered yet, trying again", failure);
              door.close();
              lock = null;
              held.release();
              vertx.setTimer(PAUSE_MILLIS, timer -> lock());
            });
  }
}
