package dev.holdfast.messages.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * How it stands with the broker.
 *
 * @param connected whether updates reach it
 * @param embedded whether it is the manager's own
 * @param fault what is wrong, or null; never holds a credential
 */
public record BrokerState(boolean connected, boolean embedded, @Nullable String fault)
    implements MqttMessage {}
