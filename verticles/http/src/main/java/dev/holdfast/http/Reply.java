package dev.holdfast.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a call answers.
 *
 * @param status the HTTP status; 0 when the response was taken over, as by a stream of events
 * @param headers beside those that every reply carries
 * @param body empty where there is none
 */
record Reply(int status, Map<String, String> headers, Buffer body) {
  /** The response is somebody else's now. */
  static final Reply TAKEN = new Reply(0, Map.of(), Buffer.buffer());

  static final String JSON = "application/json";

  Reply {
    headers = Map.copyOf(headers);
  }

  /** Whether somebody else writes the response. */
  boolean taken() {
    return status == 0;
  }

  /** A body of that media type. */
  static Reply of(int status, String mediaType, Buffer body) {
    return new Reply(status, Map.of("content-type", mediaType), body);
  }

  /** 200 with a JSON object. */
  static Reply json(JsonObject json) {
    return of(200, JSON, json.toBuffer());
  }

  /** 200 with JSON that is text already. */
  static Reply json(String json) {
    return of(200, JSON, Buffer.buffer(json));
  }

  /** Without the body: a secret may be in it. */
  @Override
  public String toString() {
    return "Reply[" + status + ", " + body.length() + " bytes]";
  }

  /** The same with another header. */
  Reply with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, more, body);
  }
}
