package dev.holdfast.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks, from {@code X-API-Token} or {@code Authorization: Bearer}, never from the
 * URL. Belongs to one event loop.
 */
final class Authenticator {
  private static final CharSequence API_TOKEN = HttpHeaders.createOptimized("x-api-token");
  private static final String SCHEME = "Bearer ";

  private final Tokens tokens;
  private final MessageDigest sha256 = Tokens.sha256();

  Authenticator(Tokens tokens) {
    this.tokens = tokens;
  }

  /** What the request's token allows, or null without a known token. */
  @Nullable Grant of(HttpServerRequest request) {
    String token = token(request);
    return token == null
        ? null
        : tokens.find(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
  }

  private static @Nullable String token(HttpServerRequest request) {
    String token = request.getHeader(API_TOKEN);
    if (token != null) {
      return token;
    }
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? authorization.substring(SCHEME.length()).strip()
        : null;
  }
}
