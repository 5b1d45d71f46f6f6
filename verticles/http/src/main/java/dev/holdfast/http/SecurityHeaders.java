package dev.holdfast.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/**
 * The headers that tell a browser to take nothing for more than it is. They are the same on every
 * reply, but for a page that brings a policy of its own.
 */
final class SecurityHeaders {
  /** Sent behind TLS alone (RFC 6797): one year. */
  static final CharSequence STRICT_TRANSPORT =
      HttpHeaders.createOptimized("strict-transport-security");

  static final CharSequence ONE_YEAR = HttpHeaders.createOptimized("max-age=31536000");

  private static final CharSequence[][] ALL = {
    pair("x-content-type-options", "nosniff"),
    pair("x-frame-options", "DENY"),
    pair("referrer-policy", "no-referrer"),
    pair("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    pair("cross-origin-resource-policy", "same-origin")
  };

  private SecurityHeaders() {}

  /** Adds them. */
  static MultiMap addTo(MultiMap headers) {
    for (CharSequence[] pair : ALL) {
      headers.add(pair[0], pair[1]);
    }
    return headers;
  }

  private static CharSequence[] pair(String name, String value) {
    return new CharSequence[] {
      HttpHeaders.createOptimized(name), HttpHeaders.createOptimized(value)
    };
  }
}
