package dev.holdfast.http;

import dev.holdfast.json.StrictJson;
import io.vertx.core.http.HttpMethod;

/** Every call there is: its method, its path and what it asks of its caller. */
enum Call {
  LIST_SERVICES(HttpMethod.GET, "/api/config/services", Need.READ),
  GET_SERVICE(HttpMethod.GET, "/api/config/services/:service", Need.READ),
  GET_SIGNED(HttpMethod.GET, "/api/config/services/:service/signed", Need.READ),
  PUT_SERVICE(HttpMethod.PUT, "/api/config/services/:service", Need.WRITE),
  PATCH_SERVICE(HttpMethod.PATCH, "/api/config/services/:service", Need.WRITE),
  DELETE_SERVICE(HttpMethod.DELETE, "/api/config/services/:service", Need.WRITE),
  PUT_SECRET(HttpMethod.PUT, "/api/config/services/:service/secrets/:key", Need.WRITE),
  DELETE_SECRET(HttpMethod.DELETE, "/api/config/services/:service/secrets/:key", Need.WRITE),
  REVEAL_SECRET(HttpMethod.POST, "/api/config/services/:service/secrets/:key/reveal", Need.WRITE),
  SEARCH(HttpMethod.POST, "/api/config/search", Need.READ),
  HISTORY(HttpMethod.GET, "/api/config/history", Need.READ),
  RESTORE(HttpMethod.POST, "/api/config/history/restore", Need.WRITE),
  AUDIT(HttpMethod.GET, "/api/config/audit", Need.WRITE),
  FLEET(HttpMethod.GET, "/api/config/fleet", Need.READ),
  LIST_SCHEMAS(HttpMethod.GET, "/api/config/schemas", Need.READ),
  GET_SCHEMA(HttpMethod.GET, "/api/config/schemas/:service", Need.READ),
  PUT_SCHEMA(HttpMethod.PUT, "/api/config/schemas/:service", Need.SCHEMA),
  KEYS(HttpMethod.GET, "/api/config/keys", Need.NOTHING),
  SIGN_IN(HttpMethod.POST, "/api/config/session", Need.NOTHING),
  SIGN_OUT(HttpMethod.DELETE, "/api/config/session", Need.TOKEN),
  CSRF_TOKEN(HttpMethod.GET, "/api/config/csrf-token", Need.TOKEN),
  ME(HttpMethod.GET, "/api/config/me", Need.TOKEN),
  HEALTH(HttpMethod.GET, "/api/config/health", Need.NOTHING),
  EVENTS(HttpMethod.GET, "/api/config/events", Need.READ),
  REBUILD(HttpMethod.POST, "/api/config/rebuild", Need.NOTHING),
  OPENAPI(HttpMethod.GET, "/api/config/openapi.json", Need.NOTHING),
  LIVE(HttpMethod.GET, "/health/live", Need.NOTHING),
  READY(HttpMethod.GET, "/health/ready", Need.NOTHING),
  METRICS(HttpMethod.GET, "/metrics", Need.NOTHING);

  private static final int STRANGERS_BYTES = 4_096;

  private final String method;
  private final String path;
  private final Need need;

  Call(HttpMethod method, String path, Need need) {
    this.method = method.name();
    this.path = path;
    this.need = need;
  }

  /** Its method; a call of {@code GET} answers {@code HEAD} too, but for the stream of events. */
  HttpMethod method() {
    return HttpMethod.valueOf(method);
  }

  /** Its path in the router's form. */
  String path() {
    return path;
  }

  /** What it asks of its caller. */
  Need need() {
    return need;
  }

  /** Whether it changes settings, secrets or schemas, or shows what only a changer sees. */
  boolean changes() {
    return need == Need.WRITE || need == Need.SCHEMA;
  }

  /** The longest body, in bytes: small where anybody may send one. */
  int bodyBytes() {
    return need == Need.NOTHING ? STRANGERS_BYTES : StrictJson.MAX_BYTES;
  }

  /** Whether its path names a service. */
  boolean namesService() {
    return path.contains("/:service");
  }

  /** Whether its path names a key. */
  boolean namesKey() {
    return path.contains("/:key");
  }

  /** Whether requests are checked against the API document; what stands at the root is not. */
  boolean documented() {
    return path.startsWith("/api/");
  }

  /** Whether it answers a request of that method. */
  boolean answers(HttpMethod asked) {
    String name = asked.name();
    return method.equals(name) || (name.equals("HEAD") && method.equals("GET") && this != EVENTS);
  }
}
