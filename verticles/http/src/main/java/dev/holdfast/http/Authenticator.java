package dev.holdfast.http;

import io.vertx.core.http.HttpHeaders;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks: from {@code X-API-Token} or {@code Authorization: Bearer}, else from the
 * session's cookie, never from the URL. With a token in a header the cookie does not count. Belongs
 * to one event loop.
 *
 * <p>From an address that is locked for its wrong tokens a good token of 128 bits or more still
 * opens: many may share the address, and such a token cannot be guessed, so nothing is given away.
 * A weak token does not, whether it is right or wrong, or the lock would not stop a guesser.
 */
final class Authenticator {
  private static final CharSequence API_TOKEN = HttpHeaders.createOptimized("x-api-token");
  private static final String SCHEME = "Bearer ";

  private final Access access;
  private final SessionCookie cookie;
  private final MessageDigest sha256 = Tokens.sha256();

  Authenticator(Access access, SessionCookie cookie) {
    this.access = access;
    this.cookie = cookie;
  }

  /** What the request's token or session allows, or null without a known one. */
  @Nullable Grant of(Incoming request) {
    String token = token(request);
    if (token != null) {
      return of(request, token);
    }
    Session session = session(request);
    return session == null ? null : session.grant();
  }

  /** What a token allows that came with this request, or null where it opens nothing. */
  @Nullable Grant of(Incoming request, String token) {
    Tokens tokens = access.tokens();
    Grant grant = tokens.find(sha256.digest(Tokens.bytes(token)));
    boolean shut =
        grant != null
            && tokens.isWeak(grant)
            && access.guesses().lockedMillis(request.network()) > 0;
    return shut ? null : grant;
  }

  /** The session the request comes under; null where there is none, or a token in a header. */
  @Nullable Session session(Incoming request) {
    if (presents(request)) {
      return null;
    }
    String id = cookie.id(request);
    return id == null ? null : access.sessions().find(sha256.digest(Tokens.bytes(id)));
  }

  /** Whether a header carries a token, be it known or not. */
  boolean presents(Incoming request) {
    return token(request) != null;
  }

  private static @Nullable String token(Incoming request) {
    String token = request.header(API_TOKEN);
    if (token != null) {
      return token;
    }
    String authorization = request.header(HttpHeaders.AUTHORIZATION);
    return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? authorization.substring(SCHEME.length()).strip()
        : null;
  }
}
