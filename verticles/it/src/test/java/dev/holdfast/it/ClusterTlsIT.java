package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose members prove who they are. */
class ClusterTlsIT {
  @TempDir static Path folder;
  private static TestCertificates authority;
  private static ManagerProcess manager;
  private static ClusterMember member;
  private static Tokens tokens;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    tokens = Tokens.write(folder, "config.write:scoped@router", "config.secrets:vault@tts-worker");
    authority = new TestCertificates(folder, "cluster");
    port = ClusterMember.freePorts();
    manager = ManagerProcess.startInCluster(folder, ClusterMember.at(port, authority));
    member =
        ClusterMember.join(
            folder,
            port,
            new ClusterMember.Trust(authority, authority.issue("member", "DNS:member")));
    member.awaitAnswer(tokens.of("rita"), Duration.ofSeconds(30));
  }

  @AfterAll
  static void stop() {
    member.close();
    manager.close();
  }

  private static JsonObject about(String service) {
    return new JsonObject().put("service", service);
  }

  @Test
  void patch_writer_changesAndIsInTheHistory() throws Exception {
    JsonObject patch =
        about("stt-worker")
            .put("config", new JsonObject().put("vad_threshold", 0.75))
            .put("version", 1)
            .put("reason", "over the bus");
    JsonObject dry = member.answer("patch", tokens.of("adam"), patch.copy().put("dry_run", true));
    assertThat(dry.getJsonArray("diff")).hasSize(1);
    assertThat(dry.containsKey("signed")).isFalse();

    JsonObject answer = member.answer("patch", tokens.of("adam"), patch);
    assertThat(answer.fieldNames())
        .containsExactlyInAnyOrder(
            "format", "success", "version", "config_epoch", "message", "signed");
    assertThat(answer.getLong("version")).isEqualTo(2);
    assertThat(
            new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"))
                .receive(
                    "system/config/stt-worker",
                    answer.getString("signed").getBytes(UTF_8),
                    Instant.now()))
        .isNull();
    assertThat(manager.service("stt-worker").getJsonObject("config").getDouble("vad_threshold"))
        .isEqualTo(0.75);
    JsonObject entry =
        member
            .answer("history", tokens.of("rita"), about("stt-worker").put("key", "vad_threshold"))
            .getJsonArray("entries")
            .getJsonObject(0);
    assertThat(entry.getString("changed_by")).isEqualTo("adam");
    assertThat(entry.getString("change_reason")).isEqualTo("over the bus");

    JsonObject stale = member.problem("patch", tokens.of("adam"), patch);
    assertThat(stale.getInteger("status")).isEqualTo(409);
    assertThat(stale.getLong("current_version")).isEqualTo(2);
    JsonObject wrong =
        patch
            .copy()
            .put("version", 2)
            .put("config", new JsonObject().put("vad_threshold", 7).put("no_such", 1));
    JsonObject invalid = member.problem("patch", tokens.of("adam"), wrong);
    assertThat(invalid.getInteger("status")).isEqualTo(422);
    assertThat(invalid.getJsonArray("errors")).hasSize(2);
    assertThat(status("patch", tokens.of("adam"), about("stt-worker").put("config", 1)))
        .isEqualTo(400);
    JsonObject fromNowhere = about("stt-worker").put("config", new JsonObject());
    assertThat(status("patch", tokens.of("adam"), fromNowhere)).isEqualTo(428);
  }

  @Test
  void change_roleOrScope_isRefusedAndAudited() throws Exception {
    JsonObject patch = about("memory-worker").put("config", new JsonObject()).put("version", 1);
    assertThat(status("patch", tokens.of("rita"), patch)).isEqualTo(403);
    assertThat(status("patch", tokens.of("scoped"), patch)).isEqualTo(403);
    assertThat(status("patch", null, patch)).isEqualTo(401);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                manager
                    .call("GET", "/api/config/audit?limit=100", tokens.of("adam"), null)
                    .body()
                    .contains("PATCH /api/config/services/memory-worker"));
  }

  @Test
  void putAndDelete_writer_makeAndRemoveWithASignedTombstone() throws Exception {
    List<String> heard = member.hear("holdfast.config.changed.made-here");
    JsonObject put =
        about("made-here")
            .put("config", new JsonObject().put("answer", 42))
            .put("version", 0)
            .put("untyped", true);
    assertThat(member.answer("put", tokens.of("adam"), put).getLong("version")).isEqualTo(1);
    JsonObject gone =
        member.answer("delete", tokens.of("adam"), about("made-here").put("version", 1));
    assertThat(gone.getBoolean("success")).isTrue();
    assertThat(status("get", tokens.of("rita"), about("made-here"))).isEqualTo(404);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                heard.stream()
                    .map(JsonObject::new)
                    .anyMatch(
                        told -> told.containsKey("signature") && !told.containsKey("config")));
  }

  @Test
  void get_secretsToken_isInClearForItAlone() throws Exception {
    assertThat(
            manager
                .call(
                    "PUT",
                    "/api/config/services/tts-worker/secrets/eleven_api_key",
                    tokens.of("adam"),
                    "{\"value\":\"canary-5127\"}")
                .statusCode())
        .isEqualTo(200);
    JsonObject answer = member.answer("get", tokens.of("vault"), about("tts-worker"));
    assertThat(answer.getJsonObject("config").getString("eleven_api_key")).isEqualTo("canary-5127");
    assertThat(answer.getString("signed")).doesNotContain("canary-5127");
    assertThat(member.answer("get", tokens.of("rita"), about("tts-worker")).encode())
        .doesNotContain("canary-5127");
  }

  @Test
  void stranger_withoutOurAuthority_neitherJoinsNorSpeaks() throws Exception {
    TestCertificates other = new TestCertificates(folder, "other");
    ClusterMember.Trust trust =
        new ClusterMember.Trust(other, other.issue("stranger", "DNS:member"));
    try (ClusterMember stranger = ClusterMember.join(folder, port, trust)) {
      assertThatThrownBy(() -> stranger.answer("services", tokens.of("rita"), new JsonObject()))
          .hasMessageContaining("No handlers");
    }
    try (ClusterMember stranger = ClusterMember.join(folder, port)) {
      assertThatThrownBy(() -> stranger.answer("services", tokens.of("rita"), new JsonObject()))
          .hasMessageContaining("No handlers");
    }
    for (int each : List.of(port, port + 1)) {
      assertThatThrownBy(() -> speak(each)).as("port %d", each).isInstanceOf(IOException.class);
    }
    assertThat(member.answer("services", tokens.of("rita"), new JsonObject())).isNotNull();
  }

  /** TLS that trusts the authority, but shows no certificate: the first read must fail. */
  private static void speak(int each) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            authority
                .trusting()
                .getSocketFactory()
                .createSocket(new Socket(Wire.address("127.0.0.1"), each), "member", each, true)) {
      socket.setSoTimeout(5_000);
      socket.startHandshake();
      socket.getOutputStream().write(new byte[64]);
      if (socket.getInputStream().read() < 0) {
        throw new IOException("closed");
      }
    }
  }

  private static int status(String what, String token, JsonObject question) throws Exception {
    return member.problem(what, token, question).getInteger("status");
  }
}
