package dev.holdfast.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAck;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of another make. */
final class Foreign implements AutoCloseable {
  /** What it received. */
  record Received(String topic, String payload, boolean retained, MqttQos qos) {}

  final List<Received> received = new CopyOnWriteArrayList<>();
  private final Mqtt3AsyncClient client;

  private Foreign(Mqtt3AsyncClient client) {
    this.client = client;
    client.publishes(
        MqttGlobalPublishFilter.ALL,
        message ->
            received.add(
                new Received(
                    message.getTopic().toString(),
                    new String(message.getPayloadAsBytes(), UTF_8),
                    message.isRetain(),
                    message.getQos())));
  }

  static Mqtt3ClientBuilder builder(int port) {
    return Mqtt3Client.builder()
        .identifier("foreign-" + UUID.randomUUID())
        .serverHost("127.0.0.1")
        .serverPort(port);
  }

  /** Made, and connected, as an anonymous client. */
  static Foreign connect(int port) throws Exception {
    Foreign foreign = of(builder(port));
    foreign.connect();
    return foreign;
  }

  static Foreign of(Mqtt3ClientBuilder builder) {
    return new Foreign(builder.buildAsync());
  }

  Mqtt3ConnAck connect() throws Exception {
    return join(client.connect());
  }

  Mqtt3ConnAck connectKeepingSession() throws Exception {
    return join(client.connectWith().cleanSession(false).send());
  }

  Foreign subscribe(String filter, MqttQos qos) throws Exception {
    join(client.subscribeWith().topicFilter(filter).qos(qos).send());
    return this;
  }

  Foreign subscribe(String filter) throws Exception {
    return subscribe(filter, MqttQos.AT_LEAST_ONCE);
  }

  void publish(String topic, String payload, MqttQos qos, boolean retain) throws Exception {
    join(
        client.publish(
            Mqtt3Publish.builder()
                .topic(topic)
                .qos(qos)
                .retain(retain)
                .payload(payload.getBytes(UTF_8))
                .build()));
  }

  /** The newest payload on a topic, or null. */
  @Nullable String newest(String topic) {
    String newest = null;
    for (Received message : received) {
      if (message.topic().equals(topic)) {
        newest = message.payload();
      }
    }
    return newest;
  }

  List<String> payloads(String topic) {
    return received.stream()
        .filter(message -> message.topic().equals(topic))
        .map(Received::payload)
        .toList();
  }

  void disconnect() throws Exception {
    join(client.disconnect());
  }

  /** The broker may be gone before it. */
  @Override
  public void close() {
    client.disconnect().exceptionally(gone -> null).join();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static <T> T join(CompletableFuture<T> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }
}
