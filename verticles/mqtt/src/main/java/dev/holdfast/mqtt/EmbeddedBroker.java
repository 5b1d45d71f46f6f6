package dev.holdfast.mqtt;

import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION;

import dev.holdfast.model.Names;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import io.vertx.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.MqttWill;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small MQTT 3.1.1 broker inside the manager, for those who run none. Everything is in memory and
 * on the event loop of the verticle that makes it, so a subscription and a publish never overlap: a
 * new subscriber gets either the retained message or the live one that follows it, never neither.
 *
 * <p>It takes every quality and delivers at 0 or 1 (section 3.8.4 lets a server grant less than was
 * asked for). Under the guarded topics of {@link Topics} it takes publishes and last wills from the
 * manager only: a guest's publish is confirmed and dropped (section 3.3.5), a guest's will is a
 * refused connection. The same befalls what is no report under the topics of reports. Retained
 * reports have bounds of their own, where the oldest goes: instances come and go, and nobody clears
 * what they said.
 */
final class EmbeddedBroker {
  static final int MAX_MESSAGE_BYTES = 2 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final int MAX_SESSIONS = 1_000;
  private static final int MAX_RETAINED_TOPICS = 10_000;
  private static final long MAX_RETAINED_BYTES = 64L << 20;
  private static final int MAX_REPORTS = 10_000;
  private static final long MAX_REPORT_BYTES = 16L << 20;
  private static final int MAX_CLIENT_ID_LENGTH = 256;
  private static final int CONNECT_SECONDS = 10;
  private static final int MQTT_5 = 5;

  private final Access access;
  private final Runnable reportRefused;
  private final MqttServer server;
  private final Retained retained = new Retained(MAX_RETAINED_TOPICS, MAX_RETAINED_BYTES);
  private final Retained reports = new Retained(MAX_REPORTS, MAX_REPORT_BYTES);
  private final Seldom drops = new Seldom(System::nanoTime);
  private final Map<String, ClientSession> sessions = new LinkedHashMap<>();

  /**
   * Does not listen yet.
   *
   * @param reportRefused called when something was dropped that is no report and stands where
   *     reports do
   */
  EmbeddedBroker(Vertx vertx, Access access, String host, int port, Runnable reportRefused) {
    this.access = access;
    this.reportRefused = reportRefused;
    this.server =
        MqttServer.create(
            vertx,
            new MqttServerOptions()
                .setHost(host)
                .setPort(port)
                .setMaxMessageSize(MAX_MESSAGE_BYTES)
                .setMaxClientIdLength(MAX_CLIENT_ID_LENGTH)
                .setTimeoutOnConnect(CONNECT_SECONDS));
    server.endpointHandler(this::connect);
    server.exceptionHandler(failure -> LOG.debug("a client broke the protocol", failure));
  }

  /** Listens. Fails {@link java.net.BindException} when the port is taken. */
  Future<Void> listen() {
    return server.listen().mapEmpty();
  }

  /** Closes every connection and forgets everything. */
  Future<Void> close() {
    return server.close();
  }

  private void connect(MqttEndpoint endpoint) {
    MqttWill will = endpoint.will().isWillFlag() ? endpoint.will() : null;
    String clientId = endpoint.clientIdentifier();
    Access.Role role = access.role(endpoint.auth(), clientId);
    MqttConnectReturnCode refusal = refusal(endpoint, will, role);
    if (refusal != null || role == null) {
      LOG.info("client {} refused: {}", Names.printable(clientId), refusal);
      endpoint.reject(refusal);
      return;
    }
    ClientSession old = sessions.get(clientId);
    if (old != null) {
      disconnect(old);
    }
    ClientSession kept = sessions.get(clientId);
    boolean resumed = kept != null && !endpoint.isCleanSession() && kept.role() == role;
    ClientSession session =
        kept != null && resumed
            ? kept
            : new ClientSession(clientId, role, endpoint.isCleanSession());
    sessions.put(clientId, session);
    endpoint
        .publishHandler(message -> published(session, endpoint, message))
        .publishReleaseHandler(id -> released(session, endpoint, id))
        .publishAcknowledgeHandler(session::acknowledged)
        .subscribeHandler(message -> subscribed(session, endpoint, message))
        .unsubscribeHandler(
            message -> {
              message.topics().forEach(session::unsubscribe);
              endpoint.unsubscribeAcknowledge(message.messageId());
            })
        .disconnectHandler(nothing -> session.goodbye())
        .exceptionHandler(failure -> LOG.debug("client {}", clientId, failure))
        .closeHandler(nothing -> closed(session, endpoint));
    endpoint.accept(resumed);
    session.attach(endpoint, will);
  }

  private @Nullable MqttConnectReturnCode refusal(
      MqttEndpoint endpoint, @Nullable MqttWill will, Access.@Nullable Role role) {
    if (endpoint.protocolVersion() >= MQTT_5) {
      return endpoint.protocolVersion() == MQTT_5
          ? CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION
          : CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION;
    }
    if (role == null) {
      return CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD;
    }
    if (will != null
        && !(TopicFilter.isName(will.getWillTopic())
            && will.getWillQos() <= MqttQoS.EXACTLY_ONCE.value()
            && access.mayPublish(role, will.getWillTopic(), will.getWillMessageBytes().length))) {
      return CONNECTION_REFUSED_NOT_AUTHORIZED;
    }
    return role == Access.Role.MANAGER
            || sessions.containsKey(endpoint.clientIdentifier())
            || makeRoom()
        ? null
        : CONNECTION_REFUSED_SERVER_UNAVAILABLE;
  }

  /** Forgets the oldest session without a connection when there are too many. */
  private boolean makeRoom() {
    if (sessions.size() < MAX_SESSIONS) {
      return true;
    }
    return sessions.values().stream()
        .filter(session -> session.endpoint() == null)
        .findFirst()
        .map(session -> sessions.remove(session.clientId()) != null)
        .orElse(false);
  }

  /** Another connection takes the client identifier over. */
  private void disconnect(ClientSession session) {
    MqttEndpoint endpoint = session.endpoint();
    if (endpoint != null) {
      closed(session, endpoint);
      if (endpoint.isConnected()) {
        endpoint.close();
      }
    }
  }

  private void closed(ClientSession session, MqttEndpoint endpoint) {
    if (session.endpoint() != endpoint) {
      return;
    }
    MqttWill will = session.detach();
    if (session.clean()) {
      sessions.remove(session.clientId());
    }
    if (will != null) {
      route(
          session,
          will.getWillTopic(),
          will.getWillMessage(),
          will.getWillQos(),
          will.isWillRetain());
    }
  }

  private void published(ClientSession session, MqttEndpoint endpoint, MqttPublishMessage message) {
    int id = message.messageId();
    boolean first = message.qosLevel() != MqttQoS.EXACTLY_ONCE || session.received(id);
    if (first) {
      route(
          session,
          message.topicName(),
          message.payload(),
          message.qosLevel().value(),
          message.isRetain());
    }
    if (message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
      endpoint.publishAcknowledge(id);
    } else if (message.qosLevel() == MqttQoS.EXACTLY_ONCE) {
      endpoint.publishReceived(id);
    }
  }

  private static void released(ClientSession session, MqttEndpoint endpoint, int id) {
    session.released(id);
    endpoint.publishComplete(id);
  }

  private void subscribed(
      ClientSession session, MqttEndpoint endpoint, MqttSubscribeMessage message) {
    List<MqttQoS> granted = new ArrayList<>();
    for (MqttTopicSubscription asked : message.topicSubscriptions()) {
      int qos = Math.min(asked.qualityOfService().value(), MqttQoS.AT_LEAST_ONCE.value());
      boolean legal = qos >= 0 && TopicFilter.isFilter(asked.topicName());
      granted.add(
          legal && session.subscribe(asked.topicName(), qos)
              ? MqttQoS.valueOf(qos)
              : MqttQoS.FAILURE);
    }
    endpoint.subscribeAcknowledge(message.messageId(), granted);
    for (int i = 0; i < granted.size(); i++) {
      MqttQoS qos = granted.get(i);
      if (qos != MqttQoS.FAILURE) {
        String filter = message.topicSubscriptions().get(i).topicName();
        BiConsumer<String, Retained.Message> deliver =
            (topic, kept) ->
                session.deliver(topic, kept.payload(), Math.min(kept.qos(), qos.value()), true);
        retained.forEach(filter, deliver);
        reports.forEach(filter, deliver);
      }
    }
  }

  private void route(ClientSession from, String topic, Buffer payload, int qos, boolean retain) {
    if (!TopicFilter.isName(topic) || !access.mayPublish(from.role(), topic, payload.length())) {
      if (Topics.ofReports(topic)) {
        reportRefused.run();
      }
      drops.run(
          unsaid ->
              LOG.warn(
                  "client {} may not publish {} bytes to {}: dropped{}",
                  Names.printable(from.clientId()),
                  payload.length(),
                  Names.printable(topic),
                  unsaid));
      return;
    }
    if (retain && !retain(from, topic, payload, qos)) {
      drops.run(
          unsaid ->
              LOG.warn("no room to retain {}: delivered only{}", Names.printable(topic), unsaid));
    }
    for (ClientSession session : List.copyOf(sessions.values())) {
      int wanted = session.qosFor(topic);
      if (wanted >= 0) {
        session.deliver(topic, payload, Math.min(wanted, qos), false);
      }
    }
  }

  private boolean retain(ClientSession from, String topic, Buffer payload, int qos) {
    if (Topics.ofReports(topic)) {
      reports.putOver(topic, payload, qos);
      return true;
    }
    return retained.put(topic, payload, qos, from.role() != Access.Role.MANAGER);
  }
}
