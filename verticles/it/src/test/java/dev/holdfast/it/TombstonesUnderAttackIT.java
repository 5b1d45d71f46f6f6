package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The follower of docs/sse.md believes that its service is deleted only where that is genuine. */
class TombstonesUnderAttackIT {
  private static final String SERVICE = "one";
  private static final List<String> HONEST = List.of("applied 5 {\"a\": 5}", "deleted 6");

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger next = new AtomicInteger();
  private Process follower;

  /** The follower without one of its checks. */
  enum Broken {
    NO_SIGNATURE(
        "        except InvalidSignature:\n            continue",
        "        except InvalidSignature:\n            break"),
    NO_SERVICE(
        "if not found or found[3] != service:", "service = found and found[3]\n    if not found:"),
    NO_FORM("TOMBSTONE.fullmatch(", "TOMBSTONE.search("),
    NO_FRESHNESS("if abs(age.total_seconds()) > receive.WINDOW:", "if False:"),
    NOTHING_FROM_THE_FUTURE_REFUSED(
        "if abs(age.total_seconds()) > receive.WINDOW:",
        "if age.total_seconds() > receive.WINDOW:"),
    NO_EPOCH("held[0] != epoch or ", ""),
    NO_VERSION(" or int(version) < held[1]", "");

    private final String check;
    private final String instead;

    Broken(String check, String instead) {
      this.check = check;
      this.instead = instead;
    }
  }

  @AfterEach
  void stop() {
    if (follower != null) {
      follower.destroyForcibly();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void deleted_forged_isRefused() throws Exception {
    attack("PAUSE = 2", "PAUSE = 0.05");
    assertThat(said()).isEqualTo(HONEST);
    assertThat(folder.resolve("state")).content().contains("\"a\": 5");
  }

  /** The attacks are worth something only if they hit a follower that leaves one check out. */
  @ParameterizedTest
  @EnumSource
  void follower_withoutACheck_isCaught(Broken broken) throws Exception {
    attack("PAUSE = 2", "PAUSE = 0.05", broken.check, broken.instead);
    assertThat(said())
        .as("%s is caught with what it should not have believed", broken)
        .containsAll(HONEST)
        .anyMatch(line -> line.startsWith("deleted ") && !HONEST.contains(line));
    assertThat(folder.resolve("refused.txt")).content().doesNotContain("Traceback");
  }

  private void attack(String... changes) throws Exception {
    AttackSigner signer = new AttackSigner();
    List<String> tombstones = tombstones(signer);
    byte[] settings = signer.update(SERVICE, 5, AttackSigner.EPOCH, Instant.now(), Map.of("a", 5L));
    HttpServer manager =
        vertx
            .createHttpServer()
            .requestHandler(request -> answer(request, tombstones, settings))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    Path examples = AttackedReceiver.Script.EXAMPLES.resolve("python");
    Files.copy(examples.resolve("receive.py"), folder.resolve("receive.py"));
    String source = Files.readString(examples.resolve("follow.py"));
    for (int i = 0; i < changes.length; i += 2) {
      assertThat(source).containsOnlyOnce(changes[i]);
      source = source.replace(changes[i], changes[i + 1]);
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            Python.program(),
            Files.writeString(folder.resolve("follow.py"), source, UTF_8).toString(),
            SERVICE,
            Files.writeString(folder.resolve("public.pem"), signer.pem(), UTF_8).toString(),
            folder.resolve("state").toString());
    builder.environment().put("MANAGER_URL", "http://127.0.0.1:" + manager.actualPort());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.redirectOutput(folder.resolve("said.txt").toFile());
    builder.redirectError(folder.resolve("refused.txt").toFile());
    follower = builder.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> said().contains("deleted 6"));
  }

  /** One tombstone for each connection, the honest one last: a refusal ends the connection. */
  private void answer(HttpServerRequest request, List<String> tombstones, byte[] settings) {
    if (request.path().endsWith("/signed")) {
      request.response().end(Buffer.buffer(settings));
    } else if (next.get() < tombstones.size()) {
      String tombstone = tombstones.get(next.getAndIncrement());
      request.response().end("event: deleted\ndata: " + tombstone + "\n\n");
    } else {
      request.response().setStatusCode(503).end();
    }
  }

  private static List<String> tombstones(AttackSigner signer) throws Exception {
    Instant now = Instant.now();
    String honest = signer.tombstone(SERVICE, 6, AttackSigner.EPOCH, now);
    List<String> all = new ArrayList<>();
    all.add(new AttackSigner().tombstone(SERVICE, 10, AttackSigner.EPOCH, now));
    all.add(honest.replace("\"version\":6", "\"version\":11"));
    all.add(signer.tombstone("two", 12, AttackSigner.EPOCH, now));
    all.add(signer.tombstone(SERVICE, 4, AttackSigner.EPOCH, now));
    all.add(signer.tombstone(SERVICE, 13, AttackSigner.OTHER_EPOCH, now));
    all.add(signer.tombstone(SERVICE, 14, AttackSigner.EPOCH, now.minusSeconds(330)));
    all.add(signer.tombstone(SERVICE, 15, AttackSigner.EPOCH, now.plusSeconds(330)));
    all.add(signer.tombstone(SERVICE, 16, AttackSigner.EPOCH, now) + "x");
    all.add("{}");
    all.add(honest);
    return all;
  }

  private List<String> said() throws Exception {
    return Files.readAllLines(folder.resolve("said.txt"));
  }
}
