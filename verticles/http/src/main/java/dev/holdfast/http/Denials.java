package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Names;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Refuses callers, and tells the access log. */
final class Denials {
  private static final int MAX_PATH = 200;
  private static final Pattern NAMED =
      Pattern.compile("^/api/config/(?:services|schemas)/([a-z0-9-]{1,63})(?:/|$)");

  private final Bus bus;
  private final Clock clock;

  Denials(Bus bus, Clock clock) {
    this.bus = bus;
    this.clock = clock;
  }

  /** Nobody we know. */
  BusFailure unknown(HttpServerRequest request) {
    var address = request.remoteAddress();
    String from = address == null ? "unknown" : String.valueOf(address.hostAddress());
    publish(request, from, null, "no known token");
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

  private void publish(
      HttpServerRequest request, String user, @Nullable String service, String reason) {
    String path = request.path();
    String action =
        request.method().name() + " " + path.substring(0, Math.min(path.length(), MAX_PATH));
    bus.publish(
        StorageRoutes.ACCESS,
        new AccessEntry(
            user,
            action,
            service == null ? serviceIn(path) : service,
            null,
            false,
            reason,
            clock.instant()));
  }

  /** The service that a path is about, or null where it names none, or none that is legal. */
  private static @Nullable String serviceIn(String path) {
    Matcher named = NAMED.matcher(path);
    return named.find() && Names.isService(named.group(1)) ? named.group(1) : null;
  }
}
