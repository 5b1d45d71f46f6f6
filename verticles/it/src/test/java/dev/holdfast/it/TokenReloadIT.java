package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The token list of {@code .env}, edited while the manager runs. */
class TokenReloadIT {
  private static final Duration FEW_SECONDS = Duration.ofSeconds(10);
  private static final Duration AT_ONCE = Duration.ofMillis(1_500);
  private static final String ME = "/api/config/me";

  private static final String KEPT = TestToken.entry("kept", "config.write:kept");
  private static final String LEAVING = TestToken.entry("leaving", "config.write:leaving");

  @TempDir Path folder;
  private ManagerProcess manager;
  private BrowserSession keptSession;
  private BrowserSession leavingSession;
  private EventStream keptStream;
  private EventStream leavingStream;
  private EventStream leavingSessionStream;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve(".env"), "CONFIG_API_TOKENS=" + KEPT + "," + LEAVING + "\n");
    manager = ManagerProcess.start(folder);
    try (Wire wire = Wire.to(manager)) {
      keptSession = BrowserSession.open(wire, TestToken.of("kept"));
      leavingSession = BrowserSession.open(wire, TestToken.of("leaving"));
    }
    keptStream = new EventStream(manager, "", null, TestToken.header("kept"));
    leavingStream = new EventStream(manager, "", null, TestToken.header("leaving"));
    leavingSessionStream = new EventStream(manager, "", null, leavingSession.bare());
    for (String word : new String[] {"kept", "leaving"}) {
      assertThat(status(TestToken.header(word))).isEqualTo(200);
    }
  }

  @AfterEach
  void stop() {
    keptStream.close();
    leavingStream.close();
    leavingSessionStream.close();
    manager.close();
  }

  @Test
  void reload_tokenTakenOut_endsItsSessionsAndStreamsAndNoOthers() throws Exception {
    String fresh = TestToken.entry("fresh", "config.read:fresh");
    tokens(KEPT + "," + fresh);
    await().atMost(FEW_SECONDS).until(() -> status(TestToken.header("leaving")) == 401);
    leavingIsGone();
    assertThat(status(TestToken.header("fresh"))).isEqualTo(200);
    keptIsWell();
  }

  @Test
  void reload_hangup_doesItAtOnce() throws Exception {
    tokens(KEPT);
    hangUp();
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(AT_ONCE)
        .until(() -> status(TestToken.header("leaving")) == 401);
    leavingIsGone();
    keptIsWell();
    hangUp();
    keptIsWell();
  }

  @Test
  void reload_brokenList_keepsTheOldOne() throws Exception {
    tokens("canary-without-a-role");
    hangUp();
    await().atMost(FEW_SECONDS).until(() -> log().contains("CONFIG_API_TOKENS"));
    assertThat(log()).doesNotContain("canary");
    assertThat(status(TestToken.header("leaving"))).isEqualTo(200);
    assertThat(status(leavingSession.bare())).isEqualTo(200);
    assertThat(leavingStream.ended).isFalse();
    keptIsWell();

    tokens(KEPT);
    hangUp();
    await().atMost(FEW_SECONDS).until(() -> status(TestToken.header("leaving")) == 401);
    leavingIsGone();
  }

  @Test
  void reload_tokenDemoted_changesNothingMore() throws Exception {
    tokens(KEPT + "," + TestToken.entry("leaving", "config.read:leaving"));
    hangUp();
    String path = "/api/config/services/router?version=1";
    await()
        .atMost(FEW_SECONDS)
        .until(
            () ->
                Wire.once(manager, "PATCH", path, TestToken.header("leaving"), "{}").status()
                    == 403);
    assertThat(status(TestToken.header("leaving"))).isEqualTo(200);
    assertThat(Wire.once(manager, "PATCH", path, leavingSession.full(), "{}").status())
        .isIn(401, 403);
  }

  private void leavingIsGone() throws Exception {
    assertThat(status(leavingSession.bare())).isEqualTo(401);
    await().atMost(FEW_SECONDS).until(() -> leavingStream.ended && leavingSessionStream.ended);
    String path = "/api/config/services/camera";
    assertThat(Wire.once(manager, "GET", path, TestToken.header("leaving"), null).status())
        .as("the read path too")
        .isEqualTo(401);
  }

  private void keptIsWell() throws Exception {
    assertThat(status(TestToken.header("kept"))).isEqualTo(200);
    assertThat(status(keptSession.bare())).isEqualTo(200);
    int heard = keptStream.of("config").size();
    Wire.Reply router =
        Wire.once(manager, "GET", "/api/config/services/router", TestToken.header("kept"), null);
    Wire.Reply changed =
        Wire.once(
            manager,
            "PATCH",
            "/api/config/services/router?version=" + router.json().getLong("version"),
            keptSession.full(),
            "{\"router_wake_ack_text\":\"heard " + heard + "\"}");
    assertThat(changed.status()).as(changed.body()).isEqualTo(200);
    await().atMost(FEW_SECONDS).until(() -> keptStream.of("config").size() > heard);
    assertThat(keptStream.ended).isFalse();
  }

  private int status(Map<String, String> headers) throws Exception {
    return Wire.once(manager, "GET", ME, headers, null).status();
  }

  private String log() {
    return ManagerProcess.text(manager.log());
  }

  private void hangUp() throws Exception {
    ManagerProcess.run(folder, "kill", "-HUP", String.valueOf(manager.pid()));
  }

  /** As an editor does it: a new file in the old one's place. */
  private void tokens(String entries) throws Exception {
    Path env = folder.resolve(".env");
    Path edited = folder.resolve(".env.edited");
    Files.writeString(
        edited,
        Files.readString(env)
            .replaceAll("(?m)^CONFIG_API_TOKENS=.*$", "CONFIG_API_TOKENS=" + entries));
    Files.move(edited, env, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
