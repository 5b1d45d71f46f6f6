package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two ways to read a secret in clear. */
class RevealIT {
  private static final String SERVICES = "/api/config/services/";

  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Tokens tokens;

  private String service = "llm-worker";

  @BeforeAll
  static void start() throws Exception {
    tokens =
        Tokens.write(
            folder,
            "config.secrets:vera@llm-worker|camera",
            "config.secrets:theo@tts-worker|router");
    manager = ManagerProcess.start(folder);
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  @Test
  void reveal_withReason_isAnsweredOnceAndAllIsAudited() throws Exception {
    Vault.ok(Vault.put(manager, service, "openai_api_key", "sesame"));
    HttpResponse<String> revealed = reveal(manager.admin(), "openai_api_key", "the door is shut");
    assertThat(Vault.ok(revealed)).isEqualTo(new JsonObject().put("value", "sesame"));
    assertThat(revealed.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(reveal(manager.admin(), "openai_api_key", null).statusCode()).isEqualTo(422);
    assertThat(reveal(manager.admin(), "openai_api_key", " ").statusCode()).isEqualTo(422);
    assertThat(reveal(manager.admin(), "gemini_api_key", "not set").statusCode()).isEqualTo(404);
    assertThat(reveal(manager.reader(), "openai_api_key", "curious").statusCode()).isEqualTo(403);
    assertThat(reveal(tokens.of("vera"), "openai_api_key", "may read, not write").statusCode())
        .isEqualTo(403);
    assertThat(reveal(tokens.of("theo"), "openai_api_key", "not mine").statusCode()).isEqualTo(403);
    assertThat(reveal(null, "openai_api_key", "nobody").statusCode()).isEqualTo(401);
    assertThat(reveal("x".repeat(43), "openai_api_key", "nobody").statusCode()).isEqualTo(401);
    await()
        .untilAsserted(
            () -> {
              List<String> rows = audit("action=reveal");
              assertThat(rows).contains("adam true openai_api_key the door is shut").hasSize(9);
              assertThat(rows)
                  .filteredOn(row -> row.startsWith("adam false openai_api_key"))
                  .hasSize(2);
              assertThat(rows).filteredOn(row -> row.startsWith("adam false gemini")).hasSize(1);
              assertThat(rows).filteredOn(row -> row.startsWith("rita false")).hasSize(1);
              assertThat(rows).filteredOn(row -> row.startsWith("vera false")).hasSize(1);
              assertThat(rows).filteredOn(row -> row.startsWith("theo false")).hasSize(1);
              assertThat(rows).filteredOn(row -> row.startsWith("127.0.0.1 false")).hasSize(2);
            });
    assertThat(audit("action=set-secret")).containsExactly("adam true openai_api_key null");
  }

  @Test
  void clearGet_ownService_hasATagOfItsOwnAndIsNeverStored() throws Exception {
    service = "camera";
    Vault.ok(Vault.put(manager, service, "stream_token", "sesame"));
    HttpResponse<String> masked = get(manager.reader(), null);
    HttpResponse<String> clear = get(tokens.of("vera"), null);
    assertThat(new JsonObject(clear.body()).getJsonObject("config").getString("stream_token"))
        .isEqualTo("sesame");
    assertThat(clear.headers().firstValue("Cache-Control")).hasValue("no-store");
    String tag = clear.headers().firstValue("ETag").orElseThrow();
    String maskedTag = masked.headers().firstValue("ETag").orElseThrow();
    assertThat(tag).isNotEqualTo(maskedTag);
    assertThat(get(tokens.of("vera"), tag).statusCode()).isEqualTo(304);
    assertThat(get(tokens.of("vera"), maskedTag).statusCode()).isEqualTo(200);
    assertThat(get(manager.reader(), tag).statusCode()).isEqualTo(200);
    assertThat(get(tokens.of("theo"), null).statusCode()).isEqualTo(403);
    Vault.ok(Vault.put(manager, service, "stream_token", "other"));
    HttpResponse<String> changed = get(tokens.of("vera"), tag);
    assertThat(Vault.ok(changed).getJsonObject("config").getString("stream_token"))
        .isEqualTo("other");
    String list =
        manager.call("GET", SERVICES.replaceAll("/$", ""), tokens.of("theo"), null).body();
    assertThat(new JsonObject(list).getJsonArray("services"))
        .containsExactlyInAnyOrder("router", "tts-worker");
    assertThat(
            manager
                .call("PATCH", SERVICES + "camera?version=3", tokens.of("vera"), "{\"fps\":2}")
                .statusCode())
        .isEqualTo(403);
    await().untilAsserted(() -> assertThat(audit("action=read-secrets")).isNotEmpty());
  }

  private HttpResponse<String> reveal(String token, String key, String reason) throws Exception {
    return Vault.reveal(manager, token, service, key, reason);
  }

  private HttpResponse<String> get(String token, String heldTag) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(manager.uri(SERVICES + service)).header("X-API-Token", token);
    if (heldTag != null) {
      request.header("If-None-Match", heldTag);
    }
    return manager.send(request);
  }

  private List<String> audit(String filter) throws Exception {
    String path = "/api/config/audit?service=" + service + "&" + filter;
    return Vault.ok(manager.call("GET", path, manager.admin(), null))
        .getJsonArray("entries")
        .stream()
        .map(JsonObject.class::cast)
        .map(
            row ->
                String.join(
                    " ",
                    row.getString("user_id"),
                    String.valueOf(row.getValue("success")),
                    row.getString("key"),
                    row.getString("reason")))
        .toList();
  }
}
