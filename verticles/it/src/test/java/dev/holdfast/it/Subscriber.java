package dev.holdfast.it;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.suback.Mqtt3SubAck;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A foreign MQTT client that keeps what it hears. */
final class Subscriber implements AutoCloseable {
  private final Mqtt3BlockingClient client;
  final List<Mqtt3Publish> heard = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<Mqtt3SubAck> subscribed;
  final Map<String, String> newest = new ConcurrentHashMap<>();

  Subscriber(int port, String filter) {
    client =
        Mqtt3Client.builder()
            .identifier(UUID.randomUUID().toString())
            .serverHost("127.0.0.1")
            .serverPort(port)
            .automaticReconnectWithDefaultConfig()
            .addConnectedListener(connected -> subscribe(filter))
            .buildBlocking();
    client.connect();
  }

  private void subscribe(String filter) {
    subscribed =
        client
            .toAsync()
            .subscribeWith()
            .topicFilter(filter)
            .qos(MqttQos.AT_LEAST_ONCE)
            .callback(
                publish -> {
                  heard.add(publish);
                  newest.put(
                      publish.getTopic().toString(),
                      new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8));
                })
            .send();
  }

  /** Whether the broker took the subscription. */
  boolean subscribed() {
    return subscribed != null && subscribed.isDone() && !subscribed.isCompletedExceptionally();
  }

  /** The version last heard for a service; 0 where there is none. */
  long version(String service) {
    String payload = newest.get("system/config/" + service);
    return payload == null || payload.isEmpty() ? 0 : new JsonObject(payload).getLong("version");
  }

  JsonObject message(String topic) {
    String payload = newest.get(topic);
    return payload == null || payload.isEmpty() ? null : new JsonObject(payload);
  }

  Mqtt3BlockingClient client() {
    return client;
  }

  @Override
  public void close() {
    client.toAsync().disconnect().exceptionally(gone -> null);
  }
}
