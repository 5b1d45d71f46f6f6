package dev.holdfast.http;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.Caller;
import dev.holdfast.model.Names;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What stands before every call, in this order: token, forgery, role, name, scope, media type,
 * size, JSON, shape. Belongs to one event loop.
 */
final class Gate {
  private final Authenticator authenticator;
  private final Denials denials;
  private final Forgery forgery;
  private final Map<Call, RequestRules> rules;

  Gate(Authenticator authenticator, Denials denials, Map<Call, RequestRules> rules) {
    this.authenticator = authenticator;
    this.denials = denials;
    this.forgery = new Forgery(denials);
    this.rules = rules;
  }

  /**
   * Checks a request. Fails with the {@link BusFailure} that the reply shall say, and {@link
   * BodyReader.Late}.
   *
   * @param body reads the body, of at most so many bytes
   * @param service the name in the path, unchecked; null where the path names none
   * @param key the key in the path, unchecked; null where the path names none
   * @throws BusFailure for what is found at once
   */
  Future<Exchange> pass(
      Incoming request,
      IntFunction<Future<Buffer>> body,
      String requestId,
      Call call,
      @Nullable String service,
      @Nullable String key) {
    Grant grant = granted(request);
    if (grant == null) {
      refuseUnknown(request, call.need());
    }
    forgery.check(request, call, authenticator.session(request));
    if (grant != null && !grant.allows(call.need())) {
      throw denials.role(request, grant, call.need());
    }
    if (grant != null && call.changes() && !request.guarded()) {
      throw denials.unguarded(request, grant);
    }
    String name = service == null ? "" : Names.service(service);
    String setting = key == null ? "" : Names.key(key);
    if (service != null) {
      denials.checkScope(request, grant, name);
    }
    Caller caller =
        grant == null
            ? new Caller("anonymous", Set.of(), requestId)
            : new Caller(grant.name(), grant.scope(), requestId);
    RequestRules rule = rules.get(call);
    if (rule == null || !rule.takesBody()) {
      return Future.succeededFuture(
          new Exchange(
              request, call, caller, grant, name, setting, query(request, rule), Map.of()));
    }
    rule.checkMediaType(request.header(HttpHeaders.CONTENT_TYPE));
    return body.apply(call.bodyBytes())
        .map(
            bytes -> {
              Map<String, @Nullable Object> json = StrictJson.object(bytes.getBytes());
              rule.checkBody(json);
              return new Exchange(
                  request, call, caller, grant, name, setting, query(request, rule), json);
            });
  }

  /** Tells the access log of a secret that was not revealed, whatever the cause. */
  void refused(Incoming request, Call call, Throwable failure) {
    if (call == Call.REVEAL_SECRET) {
      denials.notRevealed(request, authenticator.of(request), failure);
    }
  }

  /** Where secrets may not go in clear, who may read them so reads as all others do. */
  private @Nullable Grant granted(Incoming request) {
    Grant grant = authenticator.of(request);
    return grant == null || request.guarded() ? grant : grant.masked();
  }

  /** A wrong token counts where none is needed too, or that would be the place to try them. */
  private void refuseUnknown(Incoming request, Need need) {
    boolean presented = authenticator.presents(request);
    if (need != Need.NOTHING) {
      throw denials.unknown(request, presented);
    }
    if (presented) {
      denials.count(request, true);
    }
  }

  private static Map<String, Object> query(Incoming request, @Nullable RequestRules rule) {
    return rule == null ? Map.of() : rule.query(request.query());
  }
}
