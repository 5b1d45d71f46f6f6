package dev.holdfast.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A reply made once and sent many times, from any event loop.
 *
 * @param body its bytes, never written to again
 * @param tag its strong entity tag, with the quotes
 * @param tagHeader the same, ready to be written
 * @param length the number of bytes, ready to be written
 */
record Encoded(Buffer body, String tag, CharSequence tagHeader, CharSequence length) {
  /** Encodes a text; its tag is the version and the first 16 hex digits of its SHA-256. */
  static Encoded of(String text, long version) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String digest = HexFormat.of().formatHex(Tokens.sha256().digest(bytes), 0, 8);
    String tag = "\"" + version + "-" + digest + "\"";
    return new Encoded(
        Buffer.buffer(bytes),
        tag,
        HttpHeaders.createOptimized(tag),
        HttpHeaders.createOptimized(String.valueOf(bytes.length)));
  }
}
