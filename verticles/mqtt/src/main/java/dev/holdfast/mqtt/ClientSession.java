package dev.holdfast.mqtt;

import static io.netty.handler.codec.mqtt.MqttQoS.AT_LEAST_ONCE;
import static io.netty.handler.codec.mqtt.MqttQoS.AT_MOST_ONCE;

import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttWill;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client of the embedded broker: what it subscribed to, and what is on its way to it. A session
 * that is not clean outlives its connection, in memory.
 *
 * <p>Every queue is bounded. A subscriber that does not keep up loses its oldest waiting messages
 * first; what is delivered with quality 0 is lost as soon as its connection is congested.
 */
final class ClientSession {
  static final int MAX_SUBSCRIPTIONS = 1_000;
  static final int MAX_QUEUED = 1_000;

  /** Of what waits in the queue, and again of what waits in the socket. */
  static final long MAX_BYTES = 4L << 20;

  private static final int MAX_IN_FLIGHT = 20;
  private static final int MAX_PACKET_ID = 65_535;

  /** A message for this client. */
  private record Delivery(String topic, Buffer payload, boolean retained) {}

  private final String clientId;
  private final Access.Role role;
  private final boolean clean;
  private final Map<String, Integer> subscriptions = new HashMap<>();
  private final Map<Integer, Delivery> inFlight = new LinkedHashMap<>();
  private final ArrayDeque<Delivery> queue = new ArrayDeque<>();
  private final Set<Integer> received = new HashSet<>();
  private long queuedBytes;
  private int lastPacketId;
  private long unwrittenBytes;
  private @Nullable MqttEndpoint endpoint;
  private @Nullable MqttWill will;

  /**
   * @param clean whether it ends with its connection
   */
  ClientSession(String clientId, Access.Role role, boolean clean) {
    this.clientId = clientId;
    this.role = role;
    this.clean = clean;
  }

  String clientId() {
    return clientId;
  }

  Access.Role role() {
    return role;
  }

  boolean clean() {
    return clean;
  }

  /** The connection, or null while there is none. */
  @Nullable MqttEndpoint endpoint() {
    return endpoint;
  }

  /** Takes a connection that was accepted, and sends again what the last one did not confirm. */
  void attach(MqttEndpoint newEndpoint, @Nullable MqttWill newWill) {
    endpoint = newEndpoint;
    will = newWill;
    unwrittenBytes = 0;
    inFlight.forEach((id, delivery) -> write(id, delivery, true));
    drain();
  }

  /** Lets the connection go. Gives the last will, unless the client said goodbye or has none. */
  @Nullable MqttWill detach() {
    MqttWill left = will;
    endpoint = null;
    will = null;
    return left;
  }

  /** The client says goodbye: no last will. */
  void goodbye() {
    will = null;
  }

  /** Adds a subscription, or changes its quality. False when it has too many. */
  boolean subscribe(String filter, int qos) {
    if (subscriptions.size() >= MAX_SUBSCRIPTIONS && !subscriptions.containsKey(filter)) {
      return false;
    }
    subscriptions.put(filter, qos);
    return true;
  }

  void unsubscribe(String filter) {
    subscriptions.remove(filter);
  }

  /** The best quality at which it subscribed to this topic, or -1. */
  int qosFor(String topic) {
    int best = -1;
    for (Map.Entry<String, Integer> entry : subscriptions.entrySet()) {
      if (entry.getValue() > best && TopicFilter.matches(entry.getKey(), topic)) {
        best = entry.getValue();
      }
    }
    return best;
  }

  /** Sends a message at quality 0 or 1. */
  void deliver(String topic, Buffer payload, int qos, boolean retained) {
    Delivery delivery = new Delivery(topic, payload, retained);
    if (qos == 0) {
      if (unwrittenBytes < MAX_BYTES) {
        write(0, delivery, false);
      }
      return;
    }
    queue.add(delivery);
    queuedBytes += payload.length();
    drain();
    while (queue.size() > MAX_QUEUED || queuedBytes > MAX_BYTES) {
      queuedBytes -= queue.remove().payload().length();
    }
  }

  /** The client confirmed a message. */
  void acknowledged(int packetId) {
    inFlight.remove(packetId);
    drain();
  }

  /** Notes the first half of a publish of quality 2. False when it was noted before. */
  boolean received(int packetId) {
    return received.add(packetId);
  }

  /** The second half of a publish of quality 2. */
  void released(int packetId) {
    received.remove(packetId);
  }

  private void drain() {
    while (endpoint != null
        && inFlight.size() < MAX_IN_FLIGHT
        && unwrittenBytes < MAX_BYTES
        && !queue.isEmpty()) {
      Delivery next = queue.remove();
      queuedBytes -= next.payload().length();
      int id = nextPacketId();
      inFlight.put(id, next);
      write(id, next, false);
    }
  }

  private void write(int packetId, Delivery delivery, boolean again) {
    MqttEndpoint to = endpoint;
    if (to == null || !to.isConnected()) {
      return;
    }
    long length = (long) delivery.topic().length() + delivery.payload().length();
    unwrittenBytes += length;
    to.publish(
            delivery.topic(),
            delivery.payload(),
            packetId == 0 ? AT_MOST_ONCE : AT_LEAST_ONCE,
            again,
            delivery.retained(),
            packetId)
        .onComplete(
            written -> {
              if (to == endpoint) {
                unwrittenBytes -= length;
                drain();
              }
            });
  }

  private int nextPacketId() {
    do {
      lastPacketId = lastPacketId % MAX_PACKET_ID + 1;
    } while (inFlight.containsKey(lastPacketId));
    return lastPacketId;
  }
}
