package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.TOKENS;
import static dev.holdfast.http.HttpHarness.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
  private static final String STT = "/api/config/services/stt-worker";
  private static final String FRIEND = "https://console.example.org";
  private static final List<String> ALL =
      List.of(
          "x-content-type-options: nosniff\r\n",
          "x-frame-options: deny\r\n",
          "referrer-policy: no-referrer\r\n",
          "content-security-policy: default-src 'none'",
          "cross-origin-resource-policy: same-origin\r\n",
          "x-request-id: ");

  private static HttpHarness http;

  @BeforeAll
  static void start() throws Exception {
    http =
        new HttpHarness(
            new HttpVerticle.Options(
                "127.0.0.1",
                0,
                TOKENS,
                null,
                null,
                List.of(FRIEND, "http://localhost:3000"),
                30,
                12,
                null));
  }

  @AfterAll
  static void stop() {
    http.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET " + STT + "|X-API-Token: " + READER,
        "HEAD " + STT + "|X-API-Token: " + READER,
        "GET /api/config/services|X-API-Token: " + READER,
        "GET " + STT,
        "GET /nothing",
        "PUT /",
        "OPTIONS *",
        "GET /%2e%2e",
        "GET /docs",
        "GET /docs/start.js",
        "GET /",
        "GET /page/app.js",
        "GET /metrics",
        "GET /health/ready",
        "GET /api/config/events|X-API-Token: " + READER,
        "GET /|X-Big: too-long",
        "OPTIONS " + STT + "|Origin: " + FRIEND + "|Access-Control-Request-Method: PUT",
      })
  void reply_whatever_hasTheSecurityHeaders(String request) throws Exception {
    String[] parts = request.replace("too-long", "a".repeat(9_000)).split("\\|", -1);
    String head =
        parts[0]
            + " HTTP/1.1\r\nHost: x\r\n"
            + String.join("\r\n", List.of(parts).subList(1, parts.length))
            + (parts.length > 1 ? "\r\n\r\n" : "\r\n");
    String reply = http.raw(head).toLowerCase(Locale.ROOT);
    assertThat(reply).startsWith("http/1.1 ").contains(ALL).doesNotContain("strict-transport");
    for (String name : ALL) {
      assertThat(reply.split(name.substring(0, name.indexOf(':') + 1), -1)).hasSize(2);
    }
  }

  @Test
  void reply_notModified_hasTheSecurityHeaders() throws Exception {
    String tag = http.get(STT, READER).headers().firstValue("etag").orElseThrow();
    HttpResponse<String> held = http.send(http.request(STT, READER).header("If-None-Match", tag));
    assertThat(held.statusCode()).isEqualTo(304);
    assertThat(held.headers().firstValue("content-security-policy"))
        .contains("default-src 'none'; frame-ancestors 'none'");
  }

  @Test
  void cors_knownOrigin_isAnsweredExactlyAndWithoutCredentials() throws Exception {
    String reply =
        http.raw(
            "OPTIONS "
                + STT
                + " HTTP/1.1\r\nHost: x\r\nOrigin: "
                + FRIEND
                + "\r\nAccess-Control-Request-Method: PUT\r\n\r\n");
    assertThat(reply)
        .startsWith("HTTP/1.1 204 ")
        .containsIgnoringCase("access-control-allow-origin: " + FRIEND + "\r\n")
        .containsIgnoringCase("x-api-token")
        .containsIgnoringCase("vary: origin")
        .doesNotContainIgnoringCase("allow-credentials")
        .doesNotContainIgnoringCase("x-csrf-token");
    String read =
        http.raw(
            "GET "
                + STT
                + " HTTP/1.1\r\nHost: x\r\nOrigin: "
                + FRIEND
                + "\r\nX-API-Token: "
                + WRITER
                + "\r\n\r\n");
    assertThat(read)
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("access-control-allow-origin: " + FRIEND + "\r\n")
        .containsIgnoringCase("access-control-expose-headers: etag");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.org",
        "http://console.example.org",
        "https://console.example.org:444",
        "https://console.example.org.evil.org",
        "null"
      })
  void cors_otherOrigin_isNotAllowed(String origin) throws Exception {
    for (String request : List.of("GET " + STT, "OPTIONS " + STT)) {
      String reply =
          http.raw(
              request
                  + " HTTP/1.1\r\nHost: x\r\nOrigin: "
                  + origin
                  + "\r\nAccess-Control-Request-Method: PUT\r\nX-API-Token: "
                  + READER
                  + "\r\n\r\n");
      assertThat(reply).doesNotContainIgnoringCase("access-control-");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "null",
        "",
        "https://*.example.org",
        "https://example.org/",
        "https://Example.org",
        "ftp://example.org",
        "example.org"
      })
  void cors_settingThatIsNoOrigin_isRefused(String origin) {
    assertThatThrownBy(
            () ->
                new HttpVerticle.Options(
                    "127.0.0.1", 0, TOKENS, null, null, List.of(origin), 30, 12, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("CONFIG_CORS_ORIGINS: " + origin);
  }
}
