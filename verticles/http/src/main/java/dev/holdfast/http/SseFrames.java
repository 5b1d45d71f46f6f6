package dev.holdfast.http;

import dev.holdfast.messages.health.HealthReport;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** Writes the frames of the event stream (WHATWG HTML, "Server-sent events"). */
final class SseFrames {
  /** Keeps the connection alive; no event. */
  static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

  /** The first bytes of a stream that is resumed. */
  static final Buffer WELCOME = Buffer.buffer(": connected\n\n");

  private SseFrames() {}

  /** The first bytes of a new stream: sets the last event id without an event. */
  static Buffer welcome(SseId id) {
    return Buffer.buffer(": connected\nid: " + id + "\n\n");
  }

  /**
   * A signed state: {@code config}, or {@code deleted} for a tombstone.
   *
   * @throws IllegalArgumentException where the payload has more than one line
   */
  static SseFrame signed(SseState state, String payload) {
    String id = "id: " + new SseId(state.epoch(), state.revision()) + "\n";
    String event = state.config() == null ? "deleted" : "config";
    Buffer whole = Buffer.buffer(id + event(event, payload));
    return new SseFrame(state, whole, whole.slice(id.length(), whole.length()), System.nanoTime());
  }

  /** The state of the manager. */
  static Buffer health(HealthReport report) {
    return Buffer.buffer(event("health", HealthView.json(report).encode()));
  }

  /**
   * What was missed cannot be told: everything is to be read again. Carries the id from here on.
   */
  static Buffer reset(String reason, SseId id) {
    JsonObject data =
        new JsonObject()
            .put("reason", reason)
            .put("config_epoch", id.epoch())
            .put("revision", id.revision());
    return Buffer.buffer("id: " + id + "\n" + event("reset", data.encode()));
  }

  private static String event(String name, String data) {
    if (data.indexOf('\n') >= 0 || data.indexOf('\r') >= 0) {
      throw new IllegalArgumentException(
          name + ": the data has a line break (expected: one line of JSON)");
    }
    return "event: " + name + "\ndata: " + data + "\n\n";
  }
}
