package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Names;
import io.vertx.core.http.HttpServerRequest;
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
  private final Clock clock;

  Denials(Bus bus, Clock clock) {
    this.bus = bus;
    this.clock = clock;
  }

  /** Nobody we know. */
  BusFailure unknown(HttpServerRequest request) {
    publish(request, from(request), null, "no known token");
    return BusFailure.of(
        FailureCode.UNAUTHORIZED,
        "no known token (expected: X-API-Token or Authorization: Bearer)");
  }

  /** The role is not enough. */
  BusFailure role(HttpServerRequest request, Grant grant, Need need) {
    String wanted = "config." + need.name().toLowerCase(Locale.ROOT);
    publish(request, grant.name(), null, "needs " + wanted);
    return BusFailure.of(
        FailureCode.FORBIDDEN,
        "this token has " + grant.roleWords() + " (expected: " + wanted + ")");
  }

  /**
   * Lets a caller pass whose token reaches that service.
   *
   * @throws BusFailure {@link FailureCode#FORBIDDEN} where it does not
   */
  void checkScope(HttpServerRequest request, @Nullable Grant grant, String service) {
    if (grant != null && !grant.reaches(service)) {
      publish(request, grant.name(), service, "out of scope");
      throw BusFailure.of(FailureCode.FORBIDDEN, service + ": out of this token's scope");
    }
  }

  /**
   * A secret was not revealed, to somebody or nobody known. What is about the caller alone was told
   * when it was found.
   */
  void notRevealed(HttpServerRequest request, @Nullable Grant grant, Throwable failure) {
    if (!(failure instanceof BusFailure typed)) {
      publish(request, grant == null ? from(request) : grant.name(), null, "not answered");
    } else if (!ABOUT_CALLER.contains(typed.code())) {
      publish(request, grant == null ? from(request) : grant.name(), null, typed.detail());
    }
  }

  private void publish(
      HttpServerRequest request, String user, @Nullable String service, String reason) {
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

  private static String action(HttpServerRequest request) {
    String path = request.path();
    return request.method().name() + " " + path.substring(0, Math.min(path.length(), MAX_PATH));
  }

  private static String from(HttpServerRequest request) {
    var address = request.remoteAddress();
    return address == null ? "unknown" : String.valueOf(address.hostAddress());
  }

  /** The service that a path is about, or null where it names none, or none that is legal. */
  private static @Nullable String serviceIn(String path) {
    Matcher named = NAMED.matcher(path);
    return named.find() && Names.isService(named.group(1)) ? named.group(1) : null;
  }
}
