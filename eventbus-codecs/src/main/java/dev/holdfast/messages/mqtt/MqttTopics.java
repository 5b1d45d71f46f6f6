package dev.holdfast.messages.mqtt;

import static dev.holdfast.bus.Topic.topic;

import dev.holdfast.bus.Topic;

/** The events the MQTT room announces. */
public final class MqttTopics {
  /** Whenever the connection came or went. */
  public static final Topic<BrokerState> STATE = topic("mqtt.state", BrokerState.class);

  private MqttTopics() {}
}
