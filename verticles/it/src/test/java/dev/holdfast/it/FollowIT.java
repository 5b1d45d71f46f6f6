package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The follower of docs/sse.md, at a real manager. */
class FollowIT {
  private static final Path SCRIPT = AttackedReceiver.Script.EXAMPLES.resolve("python/follow.py");

  @TempDir Path folder;
  private String python;
  private ManagerProcess manager;
  private Path pem;
  private Process follower;

  @BeforeEach
  void start() throws Exception {
    python = Python.program();
    manager = ManagerProcess.start(Files.createDirectory(folder.resolve("manager")));
    pem =
        Files.writeString(
            folder.resolve("public.pem"), manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"), UTF_8);
  }

  @AfterEach
  void stop() throws Exception {
    stopFollowing();
    if (manager != null) {
      manager.close();
    }
  }

  @Test
  void follow_changesRestartsAndResumes_missesNothingAndTakesNothingTwice() throws Exception {
    follow();
    awaitSaid("applied 1 ");
    change(1);
    awaitSaid("applied 2 ");

    manager.kill();
    manager.startAgain();
    change(2);
    awaitSaid("applied 3 ");

    stopFollowing();
    change(3);
    change(4);
    follow();
    awaitSaid("applied 5 ");
    assertThat(said())
        .extracting(line -> line.substring(0, line.indexOf('{')))
        .containsExactly("applied 1 ", "applied 2 ", "applied 3 ", "held 3 ", "applied 5 ");
  }

  @Test
  void follow_idOfAnotherLife_isResetAndReadsAgain() throws Exception {
    follow();
    awaitSaid("applied 1 ");
    await().until(() -> state().getString("id") != null);
    stopFollowing();
    change(1);
    JsonObject state = state().put("id", "11111111-2222-4333-8444-555555555555/9");
    Files.writeString(folder.resolve("state"), state.encode(), UTF_8);

    follow();
    awaitSaid("applied 2 ");
    await().until(() -> state().getString("id").endsWith("/2"));
    change(2);
    awaitSaid("applied 3 ");
  }

  @Test
  void follow_deletedAndMadeAgain_saysBoth() throws Exception {
    follow();
    awaitSaid("applied 1 ");
    String path = "/api/config/services/router";
    assertThat(manager.call("DELETE", path + "?version=1", manager.admin(), null).statusCode())
        .isEqualTo(200);
    awaitSaid("deleted ");
    assertThat(state().getJsonObject("config")).as("nothing is erased").isNotEmpty();
    assertThat(
            manager
                .call("PUT", path, manager.admin(), "{\"version\":0,\"config\":{}}")
                .statusCode())
        .isEqualTo(200);
    await().until(() -> said().get(said().size() - 1).startsWith("applied "));
  }

  @Test
  void follow_signedBySomebodyElse_takesNothing() throws Exception {
    Files.writeString(pem, new AttackSigner().pem(), UTF_8);
    follow();
    await()
        .until(() -> Files.readString(folder.resolve("refused.txt")).contains("not signed by a"));
    change(1);
    TimeUnit.SECONDS.sleep(1);
    assertThat(said()).isEmpty();
    assertThat(folder.resolve("state")).doesNotExist();
  }

  @Test
  void follow_noToken_endsAndSaysWhy() throws Exception {
    follow("wrong");
    assertThat(follower.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(follower.exitValue()).isEqualTo(1);
    assertThat(folder.resolve("refused.txt")).content().contains("401");
  }

  @Test
  void documentation_showsThisFollower() throws Exception {
    Matcher block =
        Pattern.compile("(?ms)^```python\\n(.*?)^```$")
            .matcher(Files.readString(ManagerProcess.ROOT.resolve("docs/sse.md")));
    assertThat(block.find()).isTrue();
    assertThat(Files.readString(SCRIPT)).contains(block.group(1).strip());
  }

  private void follow() throws Exception {
    follow(manager.reader());
  }

  private void follow(String token) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            python,
            SCRIPT.toString(),
            "router",
            pem.toString(),
            folder.resolve("state").toString());
    builder.environment().put("MANAGER_URL", manager.uri("").toString());
    builder.environment().put("MANAGER_TOKEN", token);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("said.txt").toFile()));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("refused.txt").toFile()));
    follower = builder.start();
  }

  private void stopFollowing() throws InterruptedException {
    if (follower != null) {
      follower.destroy();
      assertThat(follower.waitFor(10, TimeUnit.SECONDS)).as("ends after SIGTERM").isTrue();
      follower = null;
    }
  }

  private void change(long version) throws Exception {
    assertThat(
            manager
                .patch("router", version, "{\"router_wake_ack_text\":\"v" + version + "\"}")
                .statusCode())
        .isEqualTo(200);
  }

  private JsonObject state() throws Exception {
    return new JsonObject(Files.readString(folder.resolve("state")));
  }

  private List<String> said() throws Exception {
    return Files.readAllLines(folder.resolve("said.txt"));
  }

  private void awaitSaid(String start) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> said().stream().anyMatch(line -> line.startsWith(start)));
  }
}
