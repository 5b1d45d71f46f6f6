package dev.holdfast.mqtt;

import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * Issues every topic again within the window, spread evenly over it: retained messages would grow
 * too old for their readers otherwise. It rests while there is no connection.
 */
final class Reissue {
  private final Vertx vertx;
  private final long windowMillis;
  private final Outbox outbox;
  private final BrokerLink link;
  private final Publisher publisher;
  private String last = "";
  private long timer = -1;

  Reissue(Vertx vertx, long windowMillis, Outbox outbox, BrokerLink link, Publisher publisher) {
    this.vertx = vertx;
    this.windowMillis = windowMillis;
    this.outbox = outbox;
    this.link = link;
    this.publisher = publisher;
  }

  void start() {
    // A tenth is left for what a publish takes and for topics that join meanwhile.
    long pause = windowMillis * 9 / 10 / Math.max(1, outbox.live());
    timer = vertx.setTimer(Math.max(1, pause), id -> step());
  }

  void stop() {
    vertx.cancelTimer(timer);
  }

  private void step() {
    if (link.connected()) {
      @Nullable String topic = outbox.renewNext(last, System.nanoTime());
      last = topic == null ? "" : topic;
      publisher.pump();
    }
    start();
  }
}
