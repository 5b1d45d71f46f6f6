package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The browser's session: sign in, CSRF, sign out. */
class SessionIT {
  private static final String SESSION = "/api/config/session";
  private static final String ME = "/api/config/me";
  private static final String ROUTER = "/api/config/services/router";

  @TempDir static Path folder;
  private static ManagerProcess manager;
  private Wire wire;

  @BeforeAll
  static void start() throws Exception {
    manager =
        ManagerProcess.start(
            folder,
            Map.of(
                "CONFIG_API_TOKENS",
                String.join(
                    ",",
                    TestToken.entry("operator", "config.write:operator"),
                    TestToken.entry("scoped", "config.write:scoped@camera"),
                    TestToken.entry("reader", "config.read:reader"))));
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  @BeforeEach
  void connect() throws Exception {
    wire = Wire.to(manager);
  }

  @AfterEach
  void disconnect() throws Exception {
    wire.close();
  }

  @Test
  void signIn_knownToken_setsACookieThatScriptsAndOtherSitesDoNotGet() throws Exception {
    Wire.Reply reply = signIn("operator");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("Cache-Control")).contains("no-store");
    String cookie = reply.header("Set-Cookie");
    List<String> attributes = List.of(cookie.toLowerCase(Locale.ROOT).split("; *", -1));
    assertThat(attributes).contains("httponly", "samesite=strict");
    assertThat(attributes).as("plain HTTP").doesNotContain("secure");
    assertThat(attributes).noneMatch(attribute -> attribute.startsWith("domain"));
    String value = cookie.substring(cookie.indexOf('=') + 1).replaceAll(";.*", "");
    assertThat(value).as("at least 128 bits").hasSizeGreaterThanOrEqualTo(22);
    assertThat(cookie + reply.body()).doesNotContain(TestToken.of("operator"));

    Wire.Reply again = signIn("operator");
    assertThat(again.header("Set-Cookie")).as("a session of its own").doesNotContain(value);
  }

  private Wire.Reply signIn(String word) throws Exception {
    return wire.call("POST", SESSION, Map.of(), "{\"token\":\"" + TestToken.of(word) + "\"}");
  }

  @Test
  void signIn_unknownToken_isRefusedWithoutCookieAndInTheAccessLog() throws Exception {
    Wire.Reply reply = signIn("stranger");
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.headers("Set-Cookie")).isEmpty();
    assertThat(reply.body()).doesNotContain(TestToken.of("stranger"));
    await().until(() -> audit("success=false").contains("127.0.0.1"));
    assertThat(audit("success=false")).doesNotContain(TestToken.of("stranger"));
    assertThat(ManagerProcess.text(manager.log())).doesNotContain(TestToken.of("stranger"));
  }

  private String audit(String filter) throws Exception {
    Wire.Reply reply =
        wire.call("GET", "/api/config/audit?" + filter, TestToken.header("operator"), null);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.body();
  }

  @Test
  void session_is_whoTheTokenIs() throws Exception {
    BrowserSession session = BrowserSession.open(wire, TestToken.of("scoped"));
    Wire.Reply me = wire.call("GET", ME, session.bare(), null);
    assertThat(me.json().getString("name")).isEqualTo("scoped");
    assertThat(me.json().getString("role")).isEqualTo("config.write");
    assertThat(me.json().getJsonArray("permissions"))
        .containsExactlyInAnyOrder("config.read", "config.write");
    assertThat(wire.call("GET", ROUTER, session.bare(), null).status()).isEqualTo(403);
    assertThat(wire.call("PATCH", ROUTER + "?version=1", session.full(), "{}").status())
        .isEqualTo(403);
    String cookie = session.cookie();
    assertThat(wire.call("GET", ME, Map.of("Cookie", "a=b; " + cookie + "; c=d"), null).status())
        .isEqualTo(200);
    assertThat(wire.call("GET", ME, Map.of("Cookie", cookie + "x"), null).status()).isEqualTo(401);
    String name = cookie.substring(0, cookie.indexOf('='));
    assertThat(wire.call("GET", ME, Map.of("Cookie", name + "="), null).status()).isEqualTo(401);
    assertThat(
            wire.call("GET", ME, Map.of("Cookie", name + "=" + TestToken.of("scoped")), null)
                .status())
        .as("the token itself is no session")
        .isEqualTo(401);
  }

  @Test
  void csrf_changes_needTheOneOfTheirSession() throws Exception {
    BrowserSession session = BrowserSession.open(wire, TestToken.of("operator"));
    BrowserSession second = BrowserSession.open(wire, TestToken.of("operator"));
    assertThat(session.csrf()).hasSizeGreaterThanOrEqualTo(22).isNotEqualTo(second.csrf());
    assertThat(session.cookie()).doesNotContain(session.csrf());
    Wire.Reply given = wire.call("GET", "/api/config/csrf-token", session.bare(), null);
    assertThat(given.header("Cache-Control")).contains("no-store");
    assertThat(OffsetDateTime.parse(given.json().getString("expires_at")).toInstant())
        .isAfter(Instant.now());

    String patch = "{\"router_wake_ack_text\":\"Ja?\"}";
    String path = ROUTER + "?version=1";
    for (Map<String, String> headers :
        List.of(
            session.bare(),
            session.with(""),
            session.with("x"),
            session.with(second.csrf()),
            session.with(TestToken.of("operator")))) {
      Wire.Reply refused = wire.call("PATCH", path, headers, patch);
      assertThat(refused.status()).as(refused.body()).isEqualTo(403);
    }
    Wire.Reply done = wire.call("PATCH", path, session.full(), patch);
    assertThat(done.status()).as(done.body()).isEqualTo(200);
    Wire.Reply history =
        wire.call("GET", "/api/config/history?service=router", session.bare(), null);
    assertThat(history.json().getJsonArray("entries").getJsonObject(0).getString("changed_by"))
        .isEqualTo("operator");
    assertThat(
            wire.call("PATCH", ROUTER + "?version=2", TestToken.header("operator"), "{}").status())
        .as("a token in a header needs none")
        .isEqualTo(200);
  }

  @Test
  void signOut_ends_thatSessionAndItsStream() throws Exception {
    BrowserSession session = BrowserSession.open(wire, TestToken.of("reader"));
    BrowserSession other = BrowserSession.open(wire, TestToken.of("reader"));
    try (EventStream stream = new EventStream(manager, "", null, session.bare())) {
      assertThat(stream.response.statusCode()).isEqualTo(200);
      assertThat(wire.call("DELETE", SESSION, session.bare(), null).status()).isEqualTo(403);
      assertThat(wire.call("GET", ME, session.bare(), null).status()).isEqualTo(200);
      Wire.Reply done = wire.call("DELETE", SESSION, session.full(), null);
      assertThat(done.status()).as(done.body()).isEqualTo(200);
      assertThat(done.header("Set-Cookie")).containsIgnoringCase("max-age=0");
      assertThat(wire.call("GET", ME, session.bare(), null).status()).isEqualTo(401);
      assertThat(wire.call("GET", ME, other.bare(), null).status()).isEqualTo(200);
      await().atMost(Duration.ofSeconds(5)).until(() -> stream.ended);
    }
  }
}
