/** Owns the topics, the outgoing queue, the re-issue and the embedded broker. */
@NullMarked
package dev.holdfast.mqtt;

import org.jspecify.annotations.NullMarked;
