package dev.holdfast.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/**
 * The wire form of a public record: one byte with the format number, four with the length, then
 * JSON in UTF-8. A reader takes its own format and any older one, and must ignore members it does
 * not know, so that two neighbouring versions understand each other in one cluster.
 */
final class WireCodec<T> implements MessageCodec<T, T> {
  /** The format written by this version. */
  static final byte FORMAT = 1;

  private final Class<T> type;
  private final Function<T, JsonObject> writer;
  private final Function<JsonObject, T> reader;

  WireCodec(Class<T> type, Function<T, JsonObject> writer, Function<JsonObject, T> reader) {
    this.type = type;
    this.writer = writer;
    this.reader = reader;
  }

  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public void encodeToWire(Buffer buffer, T message) {
    byte[] json = writer.apply(message).toBuffer().getBytes();
    buffer.appendByte(FORMAT).appendInt(json.length).appendBytes(json);
  }

  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    byte format = buffer.getByte(position);
    if (format < 1 || format > FORMAT + 1) {
      throw new IllegalStateException(
          type.getName() + ": format " + format + " (expected: 1 to " + (FORMAT + 1) + ")");
    }
    int length = buffer.getInt(position + 1);
    return reader.apply(new JsonObject(buffer.getBuffer(position + 5, position + 5 + length)));
  }

  @Override
  public String name() {
    return "holdfast." + type.getSimpleName();
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
