package dev.holdfast.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Hands an immutable record over as it is, within this process. It refuses the wire, so that what
 * is internal can never leave by mistake.
 */
final class IdentityCodec<T> implements MessageCodec<T, T> {
  private final Class<T> type;

  IdentityCodec(Class<T> type) {
    this.type = type;
  }

  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public void encodeToWire(Buffer buffer, T message) {
    throw new IllegalStateException(type.getName() + " is internal and has no wire form");
  }

  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    throw new IllegalStateException(type.getName() + " is internal and has no wire form");
  }

  @Override
  public String name() {
    return type.getName();
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
