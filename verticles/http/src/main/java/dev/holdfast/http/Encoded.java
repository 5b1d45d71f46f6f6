package dev.holdfast.http;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A reply made once and sent many times, from any event loop.
 *
 * @param body its bytes, never written to again
 * @param tag its strong entity tag, with the quotes
 * @param headers of a 200, with the length of the body; read-only
 * @param heldHeaders of a 304; read-only
 */
record Encoded(Buffer body, String tag, MultiMap headers, MultiMap heldHeaders) {
  /** Encodes a text. */
  static Encoded of(String text, String tag) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    MultiMap held =
        SecurityHeaders.addTo(HttpHeaders.headers())
            .add(HttpHeaders.ETAG, HttpHeaders.createOptimized(tag))
            .add(HttpHeaders.CACHE_CONTROL, FastPath.NO_CACHE);
    MultiMap whole =
        held.copy(true)
            .add(HttpHeaders.CONTENT_TYPE, HttpHeaders.createOptimized(Reply.JSON))
            .add(
                HttpHeaders.CONTENT_LENGTH,
                HttpHeaders.createOptimized(String.valueOf(bytes.length)));
    return new Encoded(Buffer.buffer(bytes), tag, whole.copy(false), held.copy(false));
  }

  /** The first 16 hex digits of a text's SHA-256. */
  static String digest(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(Tokens.sha256().digest(bytes), 0, 8);
  }
}
