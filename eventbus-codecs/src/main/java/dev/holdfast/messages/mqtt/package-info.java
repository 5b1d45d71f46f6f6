/** What the MQTT room announces about its broker. */
@NullMarked
package dev.holdfast.messages.mqtt;

import org.jspecify.annotations.NullMarked;
