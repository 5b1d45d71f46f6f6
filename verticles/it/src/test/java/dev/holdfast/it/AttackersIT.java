package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guesses, slow connections, forms of other sites; and what an honest client notices of them. */
class AttackersIT {
  private static final int GUESSES = Integer.getInteger("holdfast.guesses", 10_000);

  /** 2,000 is the figure that is promised; fewer are enough to see the deadline in every run. */
  private static final int SLOW = Integer.getInteger("holdfast.slow", 200);

  private static final int CUT_OFF = 0;
  private static final int SLOW_SECONDS = 45;
  private static final String ROUTER = "/api/config/services/router";

  @TempDir static Path folder;
  private static ManagerProcess manager;

  @BeforeAll
  static void start() throws Exception {
    manager =
        ManagerProcess.start(
            folder, Map.of("CONFIG_API_TOKENS", TestToken.entry("operator", "config.write:op")));
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  @Test
  void guess_tenThousandTokens_isHeldBackAndHarmsNobodyElse() throws Exception {
    long quiet = HonestClient.p99(manager, "operator", () -> false);
    Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
    List<String> wait = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger next = new AtomicInteger();
    List<Thread> guessers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread guesser =
          new Thread(
              () -> {
                while (next.get() < GUESSES) {
                  guess(next, statuses, wait);
                }
              });
      guessers.add(guesser);
      guesser.start();
    }
    long during =
        HonestClient.p99(manager, "operator", () -> guessers.stream().anyMatch(Thread::isAlive));
    for (Thread guesser : guessers) {
      guesser.join();
    }
    assertThat(statuses.values().stream().mapToInt(AtomicInteger::get).sum())
        .isGreaterThanOrEqualTo(GUESSES);
    assertThat(statuses.keySet()).isSubsetOf(401, 429, CUT_OFF).contains(429);
    assertThat(statuses.get(401).get()).as("guesses that were looked at").isLessThan(1_000);
    assertThat(wait).isNotEmpty().allMatch(seconds -> seconds.matches("[1-9][0-9]{0,3}"));
    assertThat(during).as("p99 in ms, %d when quiet", quiet).isLessThan(HonestClient.bound(quiet));
    try (Wire guesser = Wire.from("127.0.0.66", manager)) {
      assertThat(guesser.call("GET", "/api/config/health", Map.of(), null).status())
          .as("what needs no token")
          .isEqualTo(200);
      assertThat(guesser.call("GET", ROUTER, TestToken.header("operator"), null).status())
          .as("a strong token from behind the same address")
          .isEqualTo(200);
    }
  }

  /** Guesses on one connection until it is closed; every way in which a token can come. */
  private void guess(AtomicInteger next, Map<Integer, AtomicInteger> statuses, List<String> wait) {
    try (Wire wire = Wire.from("127.0.0.66", manager)) {
      for (int n = next.getAndIncrement(); n < GUESSES; n = next.getAndIncrement()) {
        String token = TestToken.of("guess " + n);
        Wire.Reply reply =
            switch (n % 3) {
              case 0 -> wire.call("GET", ROUTER, Map.of("X-API-Token", token), null);
              case 1 -> wire.call("GET", ROUTER, Map.of("Authorization", "Bearer " + token), null);
              default ->
                  wire.call(
                      "POST", "/api/config/session", Map.of(), "{\"token\":\"" + token + "\"}");
            };
        statuses.computeIfAbsent(reply.status(), status -> new AtomicInteger()).incrementAndGet();
        if (reply.status() == 429) {
          wait.add(String.valueOf(reply.header("Retry-After")));
        }
      }
    } catch (IOException e) {
      statuses.computeIfAbsent(CUT_OFF, status -> new AtomicInteger()).incrementAndGet();
    }
  }

  @Test
  void slowLoris_manyConnections_areClosedAndHarmNobodyElse() throws Exception {
    long quiet = HonestClient.p99(manager, "operator", () -> false);
    try (SlowClients slow = new SlowClients(manager, SLOW, TestToken.of("operator"))) {
      Thread dripping =
          new Thread(
              () -> {
                try {
                  slow.run(SLOW_SECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      dripping.start();
      long during = HonestClient.p99(manager, "operator", dripping::isAlive);
      dripping.join();
      assertThat(slow.left()).as("slow connections still open after %s s", SLOW_SECONDS).isZero();
      assertThat(during)
          .as("p99 in ms, %d when quiet", quiet)
          .isLessThan(HonestClient.bound(quiet));
    }
  }

  @Test
  void form_ofAnotherSite_changesNothing() throws Exception {
    try (Wire wire = Wire.to(manager)) {
      BrowserSession session = BrowserSession.open(wire, TestToken.of("operator"));
      String secret = "/api/config/services/tts-worker/secrets/eleven_api_key";
      assertThat(wire.call("PUT", secret, session.full(), "{\"value\":\"canary\"}").status())
          .isEqualTo(200);
      Map<String, String> bodies =
          Map.of(
              "application/x-www-form-urlencoded", "reason=please",
              "multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n",
              "text/plain", "{\"reason\":\"please\"}",
              "application/json", "{\"reason\":\"please\"}");
      for (Map.Entry<String, String> body : bodies.entrySet()) {
        Map<String, String> headers = new HashMap<>(session.bare());
        headers.put("Origin", "https://evil.example");
        headers.put("Content-Type", body.getKey());
        for (String path :
            List.of(
                secret + "/reveal",
                "/api/config/history/restore",
                "/api/config/services/router",
                "/api/config/session")) {
          Wire.Reply reply = wire.send("POST", path, headers, body.getValue().getBytes(UTF_8));
          assertThat(reply.status()).as(body.getKey() + " " + path).isIn(400, 401, 403, 405, 415);
          assertThat(reply.body()).doesNotContain("canary");
          assertThat(reply.header("Access-Control-Allow-Origin")).isNull();
        }
      }
      assertThat(wire.call("GET", "/api/config/me", session.bare(), null).status())
          .as("still signed in as before")
          .isEqualTo(200);
    }
  }

  @Test
  void script_ofAnotherSite_mayReadNothing() throws Exception {
    Map<String, String> preflight =
        Map.of(
            "Origin", "https://evil.example",
            "Access-Control-Request-Method", "PUT",
            "Access-Control-Request-Headers", "x-api-token");
    Map<String, String> read = new HashMap<>(TestToken.header("operator"));
    read.put("Origin", "https://evil.example");
    try (Wire wire = Wire.to(manager)) {
      Wire.Reply asked = wire.call("OPTIONS", ROUTER, preflight, null);
      Wire.Reply got = wire.call("GET", ROUTER, read, null);
      for (Wire.Reply reply : List.of(asked, got)) {
        assertThat(reply.head())
            .noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("access-control"));
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
      }
      assertThat(got.header("Strict-Transport-Security")).as("plain HTTP").isNull();
    }
  }
}
