package dev.holdfast.mqtt;

import dev.holdfast.model.ServiceSnapshot;
import io.vertx.core.buffer.Buffer;

/** The newest thing to say on one topic. */
sealed interface Entry {
  /** Where. */
  String topic();

  /** Of two entries of one topic the higher order is the newer. */
  long order();

  /** The state of a service, to be signed. */
  record Update(ServiceSnapshot snapshot) implements Entry {
    @Override
    public String topic() {
      return Topics.config(snapshot.service());
    }

    @Override
    public long order() {
      return snapshot.revision();
    }
  }

  /** A service that is no more: its retained message is to be cleared. */
  record Cleared(String topic, long order) implements Entry {}

  /** Something that needs no signature. */
  record Plain(String topic, long order, Buffer payload) implements Entry {}
}
