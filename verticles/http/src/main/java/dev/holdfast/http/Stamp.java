package dev.holdfast.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What every reply carries: {@code X-Request-Id}, {@code Date} and the security headers, and {@code
 * X-Config-Source} while the manager is not as ever. Belongs to one event loop.
 */
final class Stamp {
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
  private static final CharSequence SOURCE = HttpHeaders.createOptimized("x-config-source");
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final int MAX_ID_LENGTH = 64;

  private final Clock clock;
  private final boolean tls;
  private final String prefix;
  private long count;
  private long second = Long.MIN_VALUE;
  private CharSequence date = "";
  private @Nullable CharSequence source;

  Stamp(Clock clock, boolean tls) {
    this.clock = clock;
    this.tls = tls;
    this.prefix = "%08x-".formatted(new SecureRandom().nextInt());
  }

  /** The id the request brought, where it is a sane one, else a new one. */
  String requestId(HttpServerRequest request) {
    return requestId(request.getHeader(REQUEST_ID));
  }

  /** As {@link #requestId(HttpServerRequest)}. */
  String requestId(@Nullable String brought) {
    return sane(brought) && brought != null ? brought : prefix + Long.toHexString(++count);
  }

  /** From now on replies say where reads are answered from; null: as ever, which needs no word. */
  void source(@Nullable String word) {
    source = word == null ? null : HttpHeaders.createOptimized(word);
  }

  /** Sets what every reply carries. */
  void put(HttpServerResponse response, String requestId) {
    SecurityHeaders.addTo(add(response.headers(), requestId));
  }

  /** Adds what differs between replies; the rest is there already. */
  MultiMap add(MultiMap headers, String requestId) {
    headers.add(REQUEST_ID, requestId).add(HttpHeaders.DATE, date());
    if (source != null) {
      headers.add(SOURCE, source);
    }
    return tls ? headers.add(SecurityHeaders.STRICT_TRANSPORT, SecurityHeaders.ONE_YEAR) : headers;
  }

  private CharSequence date() {
    long now = Math.floorDiv(clock.millis(), 1000L);
    if (now != second) {
      second = now;
      date = HttpHeaders.createOptimized(IMF_FIXDATE.format(Instant.ofEpochSecond(now)));
    }
    return date;
  }

  private static boolean sane(@Nullable String id) {
    if (id == null || id.isEmpty() || id.length() > MAX_ID_LENGTH) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c == '~' || !Paths.unreserved(c)) {
        return false;
      }
    }
    return true;
  }
}
