package dev.holdfast.config;

import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** A stream that keeps no more than the newest configuration for a reader that is slow. */
final class NewestStream implements ReadStream<JsonObject> {
  private @Nullable Handler<JsonObject> handler;
  private @Nullable Handler<Void> endHandler;
  private @Nullable JsonObject newest;
  private long demand = Long.MAX_VALUE;

  void offer(JsonObject config) {
    synchronized (this) {
      newest = config;
    }
    pump();
  }

  void end() {
    Handler<Void> told = endHandler;
    if (told != null) {
      told.handle(null);
    }
  }

  private void pump() {
    Handler<JsonObject> reader;
    JsonObject next;
    synchronized (this) {
      reader = handler;
      next = newest;
      if (reader == null || next == null || demand == 0) {
        return;
      }
      newest = null;
      demand -= demand == Long.MAX_VALUE ? 0 : 1;
    }
    reader.handle(next);
  }

  @Override
  public ReadStream<JsonObject> exceptionHandler(@Nullable Handler<Throwable> ignored) {
    return this;
  }

  @Override
  public ReadStream<JsonObject> handler(@Nullable Handler<JsonObject> reader) {
    synchronized (this) {
      handler = reader;
    }
    pump();
    return this;
  }

  @Override
  public ReadStream<JsonObject> pause() {
    synchronized (this) {
      demand = 0;
    }
    return this;
  }

  @Override
  public ReadStream<JsonObject> resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public ReadStream<JsonObject> fetch(long amount) {
    synchronized (this) {
      demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    }
    pump();
    return this;
  }

  @Override
  public ReadStream<JsonObject> endHandler(@Nullable Handler<Void> told) {
    endHandler = told;
    return this;
  }
}
