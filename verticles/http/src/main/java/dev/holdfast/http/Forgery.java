package dev.holdfast.http;

import dev.holdfast.bus.BusFailure;
import io.vertx.core.http.HttpMethod;
import java.security.MessageDigest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other sites from acting with a browser's cookie: under a session whatever is not {@code
 * GET}, {@code HEAD} or {@code OPTIONS} must not come from another site, and must carry the token
 * of that session unless it only reads, as a search does. Signing in needs no such token, as there
 * is none yet; it takes JSON alone, which no foreign form can send, and is refused to another site
 * too.
 */
final class Forgery {
  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final Denials denials;

  Forgery(Denials denials) {
    this.denials = denials;
  }

  /**
   * Lets a request pass that its sender meant.
   *
   * @throws BusFailure {@link dev.holdfast.bus.FailureCode#FORBIDDEN} for one that may be forged
   */
  void check(Incoming request, Call call, @Nullable Session session) {
    if (SAFE.contains(request.method()) || (session == null && call != Call.SIGN_IN)) {
      return;
    }
    if ("cross-site".equals(request.header("sec-fetch-site"))) {
      throw denials.forged(request, session, "the request comes from another site");
    }
    if (session != null && call != Call.SIGN_IN && call.need() != Need.READ) {
      String given = request.header("x-csrf-token");
      if (given == null
          || !MessageDigest.isEqual(Tokens.bytes(session.csrfToken()), Tokens.bytes(given))) {
        throw denials.forged(
            request,
            session,
            "X-CSRF-Token: "
                + (given == null ? "missing" : "not the one of this session")
                + " (expected: csrf_token of GET /api/config/csrf-token)");
      }
    }
  }
}
