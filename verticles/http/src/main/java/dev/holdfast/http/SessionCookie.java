package dev.holdfast.http;

import io.vertx.core.http.HttpHeaders;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The cookie of a session. Behind TLS it is Secure and bound to the host by its name (RFC 6265).
 */
final class SessionCookie {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final String prefix;
  private final String attributes;

  SessionCookie(boolean tls) {
    this.prefix = (tls ? "__Host-" : "") + "holdfast_session=";
    this.attributes = "; Path=/; HttpOnly; SameSite=Strict" + (tls ? "; Secure" : "");
  }

  /** The id that a request brings, or null where it brings none that could be one. */
  @Nullable String id(Incoming request) {
    // HTTP/2 may split the header (RFC 9113, 8.2.3).
    for (String header : request.headers(HttpHeaders.COOKIE)) {
      for (String pair : header.split(";", -1)) {
        String cookie = pair.strip();
        if (cookie.startsWith(prefix)) {
          String id = cookie.substring(prefix.length());
          return ID.matcher(id).matches() ? id : null;
        }
      }
    }
    return null;
  }

  /** What a reply says so that the browser keeps that id for as long as it runs. */
  String set(String id) {
    return prefix + id + attributes;
  }

  /** What a reply says so that the browser forgets it. */
  String clear() {
    return prefix + attributes + "; Max-Age=0";
  }
}
