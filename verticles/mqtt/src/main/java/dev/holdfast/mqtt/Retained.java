package dev.holdfast.mqtt;

import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The newest retained message of each topic, in memory, within bounds. */
final class Retained {
  /** A retained message. */
  record Message(Buffer payload, int qos) {}

  private final int maxTopics;
  private final long maxBytes;
  private final Map<String, Message> messages = new LinkedHashMap<>();
  private long bytes;

  /** The bounds hold for guests only; the manager's own topics always find room. */
  Retained(int maxTopics, long maxBytes) {
    this.maxTopics = maxTopics;
    this.maxBytes = maxBytes;
  }

  /**
   * Keeps a message in place of the topic's last one; an empty one only removes that.
   *
   * @return false when there was no room: the topic's last message stays
   */
  boolean put(String topic, Buffer payload, int qos, boolean guest) {
    Message old = messages.get(topic);
    long grown = bytes + payload.length() - (old == null ? 0 : old.payload().length());
    if (payload.length() == 0) {
      messages.remove(topic);
    } else if (guest && (grown > maxBytes || (old == null && messages.size() >= maxTopics))) {
      return false;
    } else {
      messages.put(topic, new Message(payload, qos));
    }
    bytes = grown;
    return true;
  }

  /**
   * Keeps a message in place of the topic's last one; where there is no room, those that were put
   * longest ago go for it. An empty one only removes the last one.
   *
   * @param payload no larger than all that there is room for
   */
  void putOver(String topic, Buffer payload, int qos) {
    remove(topic);
    if (payload.length() == 0) {
      return;
    }
    while (messages.size() >= maxTopics || bytes + payload.length() > maxBytes) {
      remove(messages.keySet().iterator().next());
    }
    messages.put(topic, new Message(payload, qos));
    bytes += payload.length();
  }

  private void remove(String topic) {
    Message old = messages.remove(topic);
    bytes -= old == null ? 0 : old.payload().length();
  }

  /** The retained message of one topic, or null. */
  @Nullable Message get(String topic) {
    return messages.get(topic);
  }

  /** Every retained message that a filter covers. */
  void forEach(String filter, BiConsumer<String, Message> action) {
    messages.forEach(
        (topic, message) -> {
          if (TopicFilter.matches(filter, topic)) {
            action.accept(topic, message);
          }
        });
  }
}
