package dev.holdfast.mqtt;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.messages.MqttPublishMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to a broker: makes a new one when it ends, after a pause that doubles from
 * 250 ms to 4 s, so that a broker that came back is met within five seconds. The client identifier
 * stays the same: a broker that only seemed dead lets the old connection go before it hears the new
 * one, and with it whatever the old one had left unread.
 */
final class BrokerLink {
  /** What the link tells. */
  interface Listener {
    /** The last will of the next connection. */
    Buffer will();

    /** There is a connection. */
    void up();

    /** An instance or a service reported. */
    void heard(MqttPublishMessage report);

    /** There is none any more, or still none; {@code reason} is for a person. */
    void down(String reason);
  }

  private static final Logger LOG = LoggerFactory.getLogger(BrokerLink.class);
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long LONGEST_PAUSE_MILLIS = 4_000;
  private static final long DEAF_MILLIS = 600_000;

  private final Vertx vertx;
  private final BrokerAddress address;
  private final String clientId;
  private final MqttVerticle.Options options;
  private final Listener listener;
  private @Nullable BrokerConnection current;
  private boolean connected;
  private boolean stopped;
  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private long timer = -1;
  private boolean deaf;
  private long deafTimer = -1;

  BrokerLink(
      Vertx vertx,
      BrokerAddress address,
      String clientId,
      MqttVerticle.Options options,
      Listener listener) {
    this.vertx = vertx;
    this.address = address;
    this.clientId = clientId;
    this.options = options;
    this.listener = listener;
  }

  /** Connects, again and again until {@link #close}. */
  void open() {
    if (stopped) {
      return;
    }
    BrokerConnection attempt =
        new BrokerConnection(
            vertx, address, clientId, listener.will(), options, this::ended, listener::heard);
    current = attempt;
    attempt
        .open()
        .onSuccess(
            nothing -> {
              if (current == attempt) {
                LOG.info("connected to {}", address.place());
                connected = true;
                listener.up();
                if (!deaf) {
                  attempt.listen();
                }
              }
            });
  }

  boolean connected() {
    return connected;
  }

  /** Publishes, retained, at quality 1; completes when the broker confirmed it. */
  Future<Void> publish(String topic, Buffer payload) {
    BrokerConnection connection = current;
    if (connection == null || !connected) {
      return Future.failedFuture("not connected");
    }
    // Only a broker that confirms is well: one that drops each new connection is given pauses.
    return connection
        .publish(topic, payload)
        .onSuccess(nothing -> pauseMillis = FIRST_PAUSE_MILLIS);
  }

  /** Says goodbye and stays away. */
  Future<Void> close() {
    stopped = true;
    connected = false;
    vertx.cancelTimer(timer);
    vertx.cancelTimer(deafTimer);
    BrokerConnection connection = current;
    current = null;
    return connection == null ? Future.succeededFuture() : connection.close();
  }

  private void ended(BrokerConnection connection, String reason) {
    if (current != connection || stopped) {
      return;
    }
    current = null;
    connected = false;
    if (connection.overrun() && !deaf) {
      deafen();
    }
    timer = vertx.setTimer(pauseMillis, id -> open());
    pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
    listener.down("no connection to " + address.place() + ": " + reason);
  }

  /** What anybody may publish must not keep the manager from its broker. */
  private void deafen() {
    LOG.warn(
        "a message under {} or {} is too large to be read: reports are not heard for {} s",
        Topics.ALL_REPORTS,
        Topics.ALL_HEALTH,
        DEAF_MILLIS / 1_000);
    deaf = true;
    deafTimer =
        vertx.setTimer(
            DEAF_MILLIS,
            id -> {
              deaf = false;
              BrokerConnection connection = current;
              if (connection != null && connected) {
                connection.listen();
              }
            });
  }
}
