package dev.holdfast.client;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.holdfast.json.StrictJson;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Updates over MQTT 3.1.1. The broker may be away for any time; when it is back it tells each
 * service's newest state, since that is retained. Belongs to one event loop.
 */
final class MqttLink implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(MqttLink.class);
  private static final String CONFIG = "system/config/";
  private static final long ANSWER_MILLIS = 5_000;
  private static final int KEEP_ALIVE_SECONDS = 10;
  private static final int MAX_MESSAGE_BYTES = StrictJson.MAX_BYTES + 4_096;

  private final Vertx vertx;
  private final BrokerUrl broker;
  private final @Nullable Path caFile;
  private final Listener listener;
  private final String clientId;
  private final Pauses pauses;
  private final TreeSet<String> services = new TreeSet<>();
  private @Nullable MqttClient client;
  private boolean opened;
  private boolean told;

  MqttLink(Vertx vertx, BrokerUrl broker, @Nullable Path caFile, Listener listener) {
    this.vertx = vertx;
    this.broker = broker;
    this.caFile = caFile;
    this.listener = listener;
    this.pauses = new Pauses(vertx, 250, 4_000);
    byte[] id = new byte[6];
    new SecureRandom().nextBytes(id);
    this.clientId = "holdfast-client-" + HexFormat.of().formatHex(id);
  }

  @Override
  public void follow(String service) {
    if (!services.add(service)) {
      return;
    }
    MqttClient connected = client;
    if (!opened) {
      opened = true;
      open();
    } else if (connected != null && connected.isConnected()) {
      subscribe(connected, Map.of(CONFIG + service, MqttQoS.AT_LEAST_ONCE.value()));
    }
  }

  @Override
  public Future<Void> report(Report report) {
    MqttClient connected = client;
    if (connected == null || !connected.isConnected()) {
      return Future.failedFuture("not connected");
    }
    return connected
        .publish(
            "system/config-status/" + report.service() + "/" + report.instance(),
            report.json().toBuffer(),
            MqttQoS.AT_LEAST_ONCE,
            false,
            true)
        .mapEmpty();
  }

  @Override
  public Future<Void> close() {
    pauses.end();
    MqttClient connected = client;
    client = null;
    return connected == null || !connected.isConnected()
        ? Future.succeededFuture()
        : connected.disconnect();
  }

  private void open() {
    if (pauses.ended()) {
      return;
    }
    MqttClient attempt = MqttClient.create(vertx, options());
    client = attempt;
    attempt.publishHandler(this::heard);
    attempt.exceptionHandler(failure -> ended(attempt, String.valueOf(failure.getMessage())));
    attempt.closeHandler(nothing -> ended(attempt, "the broker closed the connection"));
    attempt
        .connect(broker.port(), broker.host())
        .timeout(ANSWER_MILLIS, MILLISECONDS)
        .onFailure(failure -> ended(attempt, String.valueOf(failure.getMessage())))
        .onSuccess(
            accepted -> {
              LOG.info("connected to the broker at {}", broker);
              told = false;
              Map<String, Integer> topics = new HashMap<>();
              services.forEach(name -> topics.put(CONFIG + name, MqttQoS.AT_LEAST_ONCE.value()));
              subscribe(attempt, topics);
            });
  }

  private void subscribe(MqttClient connected, Map<String, Integer> topics) {
    connected
        .subscribe(topics)
        .timeout(ANSWER_MILLIS, MILLISECONDS)
        .onSuccess(
            id -> {
              pauses.well();
              listener.missed("the broker is back");
            })
        .onFailure(failure -> ended(connected, String.valueOf(failure.getMessage())));
  }

  private void heard(MqttPublishMessage message) {
    String topic = message.topicName();
    if (topic.startsWith(CONFIG) && services.contains(topic.substring(CONFIG.length()))) {
      listener.pushed(topic.substring(CONFIG.length()), message.payload().getBytes(), Origin.MQTT);
    }
  }

  private void ended(MqttClient attempt, String reason) {
    if (client != attempt) {
      return;
    }
    client = null;
    if (!told) {
      told = true;
      LOG.warn("no connection to the broker at {}: {}; trying on", broker, reason);
    }
    // Its result says nothing that is not known: the connection is over.
    attempt.disconnect().onComplete(done -> pauses.later(this::open));
  }

  private MqttClientOptions options() {
    MqttClientOptions options =
        new MqttClientOptions()
            .setClientId(clientId)
            .setCleanSession(true)
            .setKeepAliveInterval(KEEP_ALIVE_SECONDS)
            .setMaxMessageSize(MAX_MESSAGE_BYTES);
    options.setConnectTimeout((int) ANSWER_MILLIS / 2);
    if (broker.user() != null) {
      options.setUsername(broker.user()).setPassword(broker.password());
    }
    if (broker.tls()) {
      options.setSsl(true).setTrustAll(false).setHostnameVerificationAlgorithm("HTTPS");
      if (caFile != null) {
        options.setTrustOptions(new PemTrustOptions().addCertPath(caFile.toString()));
      }
    }
    return options;
  }
}
