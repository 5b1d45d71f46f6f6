package dev.holdfast.messages.mqtt;

/** A message of the MQTT room. */
public sealed interface MqttMessage permits BrokerState {}
