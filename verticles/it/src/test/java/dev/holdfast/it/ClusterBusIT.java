package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a member of a cluster without TLS may ask and hear. */
class ClusterBusIT {
  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static ClusterMember member;
  private static Tokens tokens;

  @BeforeAll
  static void start() throws Exception {
    tokens = Tokens.write(folder, "config.read:scoped@router", "config.secrets:vault@tts-worker");
    int port = ClusterMember.freePorts();
    manager = ManagerProcess.startInCluster(folder, ClusterMember.at(port));
    member = ClusterMember.join(folder, port);
    member.awaitAnswer(tokens.of("rita"), Duration.ofSeconds(30));
  }

  @AfterAll
  static void stop() throws Exception {
    member.close();
    manager.close();
  }

  private static JsonObject about(String service) {
    return new JsonObject().put("service", service);
  }

  @Test
  void get_reader_getsWhatRestSaysAndTheSignedState() throws Exception {
    JsonObject answer = member.answer("get", tokens.of("rita"), about("stt-worker"));

    JsonObject rest = manager.service("stt-worker");
    assertThat(answer.fieldNames())
        .containsExactlyInAnyOrder(
            "format", "service", "config", "version", "updated_at", "config_epoch", "signed");
    assertThat(answer.getInteger("format")).isEqualTo(1);
    for (String name : List.of("service", "config", "version", "updated_at", "config_epoch")) {
      assertThat(answer.getValue(name)).as(name).isEqualTo(rest.getValue(name));
    }
    assertThat(receiver("stt-worker", answer.getString("signed"))).isNull();
  }

  @Test
  void services_scopedToken_seesItsScope() throws Exception {
    assertThat(member.answer("services", tokens.of("scoped"), new JsonObject()))
        .isEqualTo(
            new JsonObject().put("services", new JsonArray().add("router")).put("format", 1));
  }

  @Test
  void question_byWhomItMustNotBe_isRefusedAsOverRest() throws Exception {
    assertThat(status("get", null, about("router"))).isEqualTo(401);
    assertThat(status("get", "not-a-token", about("router"))).isEqualTo(401);
    assertThat(status("get", tokens.of("scoped"), about("stt-worker"))).isEqualTo(403);
    assertThat(status("history", tokens.of("scoped"), about("stt-worker"))).isEqualTo(403);
    assertThat(status("get", tokens.of("rita"), about("no-such"))).isEqualTo(404);
    assertThat(status("get", tokens.of("rita"), about("../x"))).isEqualTo(400);
    assertThat(status("get", tokens.of("rita"), new JsonObject())).isEqualTo(400);
    assertThat(status("get", tokens.of("rita"), about("router").put("more", 1))).isEqualTo(400);
    assertThat(status("search", tokens.of("rita"), new JsonObject())).isEqualTo(400);
  }

  @Test
  void question_format_isReadAcrossOneVersion() throws Exception {
    assertThat(
            member
                .answer("get", tokens.of("rita"), about("router").put("format", 2))
                .getInteger("format"))
        .isEqualTo(1);
    assertThat(status("get", tokens.of("rita"), about("router").put("format", 3))).isEqualTo(400);
  }

  @Test
  void searchAndHistory_reader_getWhatRestSays() throws Exception {
    JsonObject found =
        member.answer("search", tokens.of("rita"), new JsonObject().put("query", "vad_threshold"));
    assertThat(found.getInteger("format")).isEqualTo(1);
    assertThat(found.getJsonArray("results").getJsonObject(0).getString("key"))
        .isEqualTo("vad_threshold");

    JsonObject history =
        member.answer("history", tokens.of("rita"), about("router").put("limit", 5));
    assertThat(history.getJsonArray("entries")).isNotNull();
    assertThat(history.getInteger("total_returned")).isNotNull();
  }

  @Test
  void change_withoutMutualTls_isRefusedAndSaysWhy() throws Exception {
    JsonObject patch =
        about("router")
            .put("config", new JsonObject().put("router_wake_window_sec", 9))
            .put("version", 1);
    assertThat(member.problem("patch", tokens.of("adam"), patch).getString("detail"))
        .contains("CONFIG_CLUSTER_CERT");
    assertThat(status("put", tokens.of("adam"), patch)).isEqualTo(403);
    assertThat(status("delete", tokens.of("adam"), about("router").put("version", 1)))
        .isEqualTo(403);
    assertThat(status("patch", tokens.of("rita"), patch)).isEqualTo(403);
    assertThat(status("patch", null, patch)).isEqualTo(401);
    assertThat(manager.service("router").getLong("version")).isEqualTo(1);
  }

  @Test
  void get_secretsToken_isMaskedWithoutMutualTls() throws Exception {
    assertThat(
            manager
                .call(
                    "PUT",
                    "/api/config/services/tts-worker/secrets/eleven_api_key",
                    tokens.of("adam"),
                    "{\"value\":\"canary-93712\"}")
                .statusCode())
        .isEqualTo(200);
    JsonObject answer = member.answer("get", tokens.of("vault"), about("tts-worker"));
    assertThat(answer.getJsonObject("config").getString("eleven_api_key")).isEqualTo("********");
    assertThat(answer.encode()).doesNotContain("canary-93712");
  }

  @Test
  void changed_afterAPut_isHeardSignedAndNewest() throws Exception {
    List<String> heard = member.hear("holdfast.config.changed.stt-worker");
    long version = manager.service("stt-worker").getLong("version");
    assertThat(manager.patch("stt-worker", version, "{\"vad_threshold\":0.7}").statusCode())
        .isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                heard.stream()
                    .anyMatch(text -> new JsonObject(text).getLong("version") == version + 1));
    assertThat(receiver("stt-worker", heard.get(heard.size() - 1))).isNull();
  }

  @Test
  void report_instance_isTaken() throws Exception {
    JsonObject report =
        about("router")
            .put("instance", "router-1")
            .put("version", 1)
            .put("config_epoch", manager.service("router").getString("config_epoch"))
            .put("applied", true)
            .put("at", Instant.now().toString());
    assertThat(member.answer("report", tokens.of("rita"), report))
        .isEqualTo(new JsonObject().put("success", true).put("format", 1));
    assertThat(status("report", null, report)).isEqualTo(401);
    assertThat(status("report", tokens.of("rita"), report.copy().put("instance", "/")))
        .isEqualTo(400);
    assertThat(status("report", tokens.of("scoped"), report.copy().put("service", "stt-worker")))
        .isEqualTo(403);
  }

  private static int status(String what, String token, JsonObject question) throws Exception {
    return member.problem(what, token, question).getInteger("status");
  }

  private static String receiver(String service, String signed) throws Exception {
    return new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"))
        .receive("system/config/" + service, signed.getBytes(UTF_8), Instant.now());
  }
}
