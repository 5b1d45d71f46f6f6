package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Signed in as a browser is.
 *
 * @param cookie as it goes into the header: {@code name=value}
 * @param attributes of the cookie, as set
 */
record BrowserSession(String cookie, List<String> attributes, String csrf) {
  /** Signs in with a token. */
  static BrowserSession open(Wire wire, String token) throws IOException {
    Wire.Reply signedIn =
        wire.call(
            "POST", "/api/config/session", Map.of(), new JsonObject().put("token", token).encode());
    assertThat(signedIn.status()).as(signedIn.body()).isEqualTo(200);
    assertThat(signedIn.headers("Set-Cookie")).hasSize(1);
    List<String> parts = List.of(signedIn.header("Set-Cookie").split("; *", -1));
    Wire.Reply given =
        wire.call("GET", "/api/config/csrf-token", Map.of("Cookie", parts.get(0)), null);
    assertThat(given.status()).as(given.body()).isEqualTo(200);
    return new BrowserSession(
        parts.get(0), parts.subList(1, parts.size()), given.json().getString("csrf_token"));
  }

  /** The cookie alone. */
  Map<String, String> bare() {
    return Map.of("Cookie", cookie);
  }

  /** The cookie with a CSRF token. */
  Map<String, String> with(String csrfToken) {
    Map<String, String> headers = new HashMap<>(bare());
    headers.put("X-CSRF-Token", csrfToken);
    return headers;
  }

  /** As the page sends its changes. */
  Map<String, String> full() {
    return with(csrf);
  }
}
