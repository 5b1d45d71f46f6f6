package dev.holdfast.mqtt;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.MqttConnectionException;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubAckMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a broker, from its first byte to its end. It is not used twice: who wants
 * another one makes another one.
 */
final class BrokerConnection {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerConnection.class);
  private static final int IN_FLIGHT_LIMIT = 1_000;

  private final BrokerAddress address;
  private final long answerMillis;
  private final Trust trust;
  private final BiConsumer<BrokerConnection, String> ended;
  private final MqttClient client;
  private boolean overrun;
  private final Map<Integer, Promise<Void>> unconfirmed = new HashMap<>();
  private final Set<Integer> confirmedEarly = new HashSet<>();
  private boolean over;

  /**
   * @param will the last will on {@link Topics#HEALTH}, or null for none
   * @param settings how long the broker may take to accept, and to confirm each publish, and whom
   *     to believe
   * @param ended called once when it is over, with the reason for a person
   * @param heard called with every report, once {@link #listen} was called
   */
  BrokerConnection(
      Vertx vertx,
      BrokerAddress address,
      String clientId,
      @Nullable Buffer will,
      MqttVerticle.Options settings,
      BiConsumer<BrokerConnection, String> ended,
      Consumer<MqttPublishMessage> heard) {
    this.address = address;
    this.answerMillis = settings.answerMillis();
    this.trust = settings.trust();
    this.ended = ended;
    MqttClientOptions options =
        new MqttClientOptions()
            .setClientId(clientId)
            .setCleanSession(true)
            .setKeepAliveInterval(settings.keepAliveSeconds())
            .setMaxInflightQueue(IN_FLIGHT_LIMIT)
            .setMaxMessageSize(EmbeddedBroker.MAX_MESSAGE_BYTES);
    if (will != null) {
      options
          .setWillFlag(true)
          .setWillTopic(Topics.HEALTH)
          .setWillMessageBytes(will)
          .setWillQoS(MqttQoS.AT_LEAST_ONCE.value())
          .setWillRetain(true);
    }
    // Below the limit of the whole, so that the socket is settled when that one strikes.
    options.setConnectTimeout((int) Math.max(1, answerMillis / 2));
    if (address.username() != null) {
      options.setUsername(address.username()).setPassword(address.password());
    }
    if (address.tls()) {
      trust.apply(options);
    }
    this.client = MqttClient.create(vertx, options);
    client.publishCompletionHandler(this::confirmed);
    client.publishHandler(heard::accept);
    client.subscribeCompletionHandler(BrokerConnection::subscribed);
    client.exceptionHandler(this::broken);
    client.closeHandler(nothing -> end("the broker closed the connection"));
  }

  /** Connects to the broker of {@code MQTT_URL}, under a name of its own, and says goodbye. */
  static Future<Void> tryOn(Vertx vertx, MqttVerticle.Options options) {
    BrokerAddress address = BrokerAddress.ofUrl("MQTT_URL", String.valueOf(options.url()));
    Promise<Void> outcome = Promise.promise();
    BrokerConnection connection =
        new BrokerConnection(
            vertx,
            address,
            "holdfast-doctor-" + UUID.randomUUID(),
            null,
            options,
            (ended, reason) -> outcome.tryFail(address.place() + ": " + reason),
            report -> {});
    connection.open().compose(opened -> connection.close()).onSuccess(outcome::tryComplete);
    return outcome.future();
  }

  /** Connects. When it fails, {@code ended} was called too. */
  Future<Void> open() {
    return client
        .connect(address.port(), address.host())
        .timeout(answerMillis, MILLISECONDS)
        .onFailure(failure -> end(text(failure)))
        .mapEmpty();
  }

  /**
   * Publishes, retained, at quality 1. Completes when the broker confirmed it; fails when the
   * connection ends before, which it does when the confirmation takes too long.
   */
  Future<Void> publish(String topic, Buffer payload) {
    if (over || !client.isConnected()) {
      return Future.failedFuture("not connected");
    }
    return client
        .publish(topic, payload, MqttQoS.AT_LEAST_ONCE, false, true)
        .compose(this::confirmation)
        .timeout(answerMillis, MILLISECONDS)
        .onFailure(failure -> end(text(failure)));
  }

  /**
   * Asks for the reports of instances and services; the broker may refuse, which is said in the
   * log.
   */
  void listen() {
    if (!over) {
      int qos = MqttQoS.AT_LEAST_ONCE.value();
      client
          .subscribe(Map.of(Topics.ALL_REPORTS, qos, Topics.ALL_HEALTH, qos))
          .onFailure(failure -> LOG.info("reports are not heard: {}", failure.getMessage()));
    }
  }

  /** Whether it ended because of a message that is larger than any that it can take. */
  boolean overrun() {
    return overrun;
  }

  private static void subscribed(MqttSubAckMessage answer) {
    if (answer.grantedQoSLevels().contains(MqttQoS.FAILURE.value())) {
      LOG.warn(
          "the broker does not let the manager read {} and {}: it will not know what runs",
          Topics.ALL_REPORTS,
          Topics.ALL_HEALTH);
    }
  }

  private void broken(Throwable failure) {
    overrun = failure instanceof TooLongFrameException;
    end(text(failure));
  }

  /** Says goodbye, so that the broker keeps the last will to itself. */
  Future<Void> close() {
    over = true;
    return client.disconnect();
  }

  private Future<Void> confirmation(int packetId) {
    if (confirmedEarly.remove(packetId)) {
      return Future.succeededFuture();
    }
    if (over) {
      return Future.failedFuture("the connection ended");
    }
    Promise<Void> promise = Promise.promise();
    unconfirmed.put(packetId, promise);
    return promise.future();
  }

  private void confirmed(int packetId) {
    Promise<Void> promise = unconfirmed.remove(packetId);
    if (promise == null) {
      confirmedEarly.add(packetId);
    } else {
      promise.complete();
    }
  }

  private void end(String reason) {
    if (over) {
      return;
    }
    over = true;
    ended.accept(this, trust.withoutPaths(reason));
    Set.copyOf(unconfirmed.values()).forEach(promise -> promise.tryFail(reason));
    unconfirmed.clear();
    // Its result says nothing that is not known: the connection is over.
    client.disconnect().onComplete(done -> confirmedEarly.clear());
  }

  private static String text(@Nullable Throwable failure) {
    if (failure instanceof MqttConnectionException refused) {
      return "the broker refused the connection (" + refused.code() + ")";
    }
    if (failure instanceof TimeoutException) {
      return "the broker does not answer";
    }
    return failure == null ? "unknown" : String.valueOf(failure.getMessage());
  }
}
