package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Names;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Refuses callers, and tells the access log. */
final class Denials {
  private static final int MAX_PATH = 200;
  private static final Set<FailureCode> ABOUT_CALLER =
      EnumSet.of(FailureCode.UNAUTHORIZED, FailureCode.FORBIDDEN, FailureCode.TOO_MANY_REQUESTS);
  private static final Pattern NAMED =
      Pattern.compile("^/api/config/(?:services|schemas)/([a-z0-9-]{1,63})(?:/|$)");
  private static final Pattern SECRET =
      Pattern.compile("^/api/config/services/[^/]+/secrets/([^/]+)(/reveal)?$");

  private final Bus bus;
  private final Access access;
  private final Clock clock;

  Denials(Bus bus, Access access, Clock clock) {
    this.bus = bus;
    this.access = access;
    this.clock = clock;
  }

  /**
   * Nobody we know: {@link FailureCode#UNAUTHORIZED}. Once there were too many wrong tokens from an
   * address it is {@link FailureCode#TOO_MANY_REQUESTS}, with {@code Retry-After} on the response.
   *
   * @param presented whether there was a token; to bring none is no guess and locks nothing
   */
  BusFailure unknown(Incoming request, boolean presented) {
    if (count(request, presented) != Attempts.Outcome.LOCKED || !presented) {
      return BusFailure.of(
          FailureCode.UNAUTHORIZED,
          "no known token (expected: X-API-Token or Authorization: Bearer)");
    }
    long seconds = lockedSeconds(request, access.guesses());
    request.retryAfter(seconds);
    return BusFailure.of(
        FailureCode.TOO_MANY_REQUESTS,
        "too many wrong tokens from this address (expected: the next try in " + seconds + " s)");
  }

  /**
   * A wrong rebuild token: {@link FailureCode#FORBIDDEN}, and too many of them {@link
   * FailureCode#TOO_MANY_REQUESTS} as other wrong tokens.
   */
  BusFailure rebuild(Incoming request, boolean notSet) {
    BusFailure unknown = unknown(request, true);
    return unknown.code() == FailureCode.TOO_MANY_REQUESTS
        ? unknown
        : BusFailure.of(
            FailureCode.FORBIDDEN,
            notSet
                ? "REBUILD_TOKEN is not set, so nobody may rebuild (expected: set, and a restart)"
                : "not the rebuild token (expected: the value of REBUILD_TOKEN)");
  }

  /** Counts somebody we do not know against the address; only the first are logged. */
  Attempts.Outcome count(Incoming request, boolean presented) {
    Attempts attempts = presented ? access.guesses() : access.strangers();
    Attempts.Outcome outcome = attempts.failed(request.network());
    if (outcome == Attempts.Outcome.COUNTED) {
      publish(request, request.from(), null, "no known token");
    } else if (outcome == Attempts.Outcome.LOCKS) {
      publish(
          request,
          request.from(),
          null,
          "no known token, once too often: not logged for the next "
              + lockedSeconds(request, attempts)
              + " s");
    }
    return outcome;
  }

  /** What another site may have sent; {@code why} is for the caller and the log. */
  BusFailure forged(Incoming request, @Nullable Session session, String why) {
    if (session != null) {
      publish(request, session.grant().name(), null, why);
    }
    return BusFailure.of(FailureCode.FORBIDDEN, why);
  }

  /** The role is not enough. */
  BusFailure role(Incoming request, Grant grant, Need need) {
    String wanted = "config." + need.name().toLowerCase(Locale.ROOT);
    publish(request, grant.name(), null, "needs " + wanted);
    return BusFailure.of(
        FailureCode.FORBIDDEN,
        "this token has " + grant.roleWords() + " (expected: " + wanted + ")");
  }

  /** The role is enough, the way it came is not. */
  BusFailure unguarded(Incoming request, Grant grant) {
    publish(request, grant.name(), null, "over a bus without mutual TLS");
    return BusFailure.of(
        FailureCode.FORBIDDEN,
        "changes are refused on a bus whose members do not prove who they are (expected:"
            + " CONFIG_CLUSTER_CA_FILE, CONFIG_CLUSTER_CERT and CONFIG_CLUSTER_KEY, or REST)");
  }

  /**
   * Lets a caller pass whose token reaches that service.
   *
   * @throws BusFailure {@link FailureCode#FORBIDDEN} where it does not
   */
  void checkScope(Incoming request, @Nullable Grant grant, String service) {
    if (grant != null && !grant.reaches(service)) {
      publish(request, grant.name(), service, "out of scope");
      throw BusFailure.of(FailureCode.FORBIDDEN, service + ": out of this token's scope");
    }
  }

  /**
   * A secret was not revealed, to somebody or nobody known. What is about the caller alone was told
   * when it was found.
   */
  void notRevealed(Incoming request, @Nullable Grant grant, Throwable failure) {
    if (!(failure instanceof BusFailure typed)) {
      publish(request, grant == null ? request.from() : grant.name(), null, "not answered");
    } else if (!ABOUT_CALLER.contains(typed.code())) {
      publish(request, grant == null ? request.from() : grant.name(), null, typed.detail());
    }
  }

  private void publish(Incoming request, String user, @Nullable String service, String reason) {
    String path = Paths.decoded(request.path());
    Matcher secret = SECRET.matcher(path);
    boolean named = secret.find();
    bus.publish(
        StorageRoutes.ACCESS,
        new AccessEntry(
            user,
            named && secret.group(2) != null ? "reveal" : action(request),
            service == null ? serviceIn(path) : service,
            named && Names.isKey(secret.group(1)) ? secret.group(1) : null,
            false,
            reason,
            clock.instant()));
  }

  private static String action(Incoming request) {
    String path = request.path();
    return request.method().name() + " " + path.substring(0, Math.min(path.length(), MAX_PATH));
  }

  private static long lockedSeconds(Incoming request, Attempts attempts) {
    long millis = attempts.lockedMillis(request.network());
    return Math.max(1, (millis + 999) / 1_000);
  }

  /** The service that a path is about, or null where it names none, or none that is legal. */
  private static @Nullable String serviceIn(String path) {
    Matcher named = NAMED.matcher(path);
    return named.find() && Names.isService(named.group(1)) ? named.group(1) : null;
  }
}
