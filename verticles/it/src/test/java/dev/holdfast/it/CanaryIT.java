package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets are searched for, byte by byte, wherever they must not be. */
class CanaryIT {
  private static final String LLM = "llm-worker";
  private static final String SERVICES = "/api/config/services/";

  /** The manager's own loggers are not all: the libraries say what they see, too. */
  private static final String TRACE =
      """
      <configuration>
        <appender name="all" class="ch.qos.logback.core.ConsoleAppender">
          <target>System.err</target>
          <encoder><pattern>%level %logger: %msg%n%ex</pattern></encoder>
        </appender>
        <root level="TRACE"><appender-ref ref="all"/></root>
      </configuration>
      """;

  @TempDir Path folder;

  private final List<Canary> canaries = new ArrayList<>();
  private final Map<String, String> seen = new LinkedHashMap<>();
  private final AtomicInteger serial = new AtomicInteger();
  private ManagerProcess manager;
  private Tokens tokens;

  @Test
  void secret_setChangedRevealedAndRotated_comesToLightNowhereElse() throws Exception {
    tokens =
        Tokens.write(folder, "config.secrets:lena@llm-worker", "config.secrets:theo@tts-worker");
    Path logging = Files.writeString(folder.resolve("trace.xml"), TRACE);
    Canary held = canary("environment");
    try (ManagerProcess started =
        ManagerProcess.start(
            folder,
            Map.of(
                "CONFIG_MANAGER_LOG_LEVEL",
                "TRACE",
                "JAVA_TOOL_OPTIONS",
                "-Dlogback.configurationFile=" + logging,
                "ELEVEN_API_KEY",
                held.value()))) {
      manager = started;
      try (Subscriber subscriber = new Subscriber(manager.mqttPort, "#");
          EventStream stream = new EventStream(manager, "", null)) {
        await().until(() -> subscriber.newest.size() >= 8);
        Map<String, Canary> set = setAndChange();
        writeWrongly();
        showsWhereItMay(LLM, "lena", set);
        showsWhereItMay("tts-worker", "theo", Map.of("eleven_api_key", held));
        readEverything();
        dumpThreads();
        await().until(() -> subscriber.version(LLM) == Vault.version(manager, LLM));
        await().until(() -> version(stream) == Vault.version(manager, LLM));
        heard(subscriber, stream);
      }
      nothingFound();

      seen.put("rotate master", Command.succeed(manager, "rotate", "master").text());
      seen.put("secrets status", Command.succeed(manager, "secrets", "status").text());
      manager.terminate();
      manager.startAgain();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> Vault.status(manager).getInteger("waiting") == 0);
      await().until(() -> !Vault.status(manager).getBoolean("cache_waiting"));
      try (Subscriber subscriber = new Subscriber(manager.mqttPort, "#");
          EventStream stream =
              new EventStream(manager, "", "11111111-1111-4111-8111-111111111111/1")) {
        await().until(() -> subscriber.newest.size() >= 7);
        showsWhereItMay("tts-worker", "theo", Map.of("eleven_api_key", held));
        Canary last = canary("after the rotation");
        ok(Vault.put(manager, LLM, "gemini_api_key", last.value()));
        showsWhereItMay(LLM, "lena", Map.of("gemini_api_key", last));
        readEverything();
        await().until(() -> subscriber.version(LLM) == Vault.version(manager, LLM));
        heard(subscriber, stream);
      }
      nothingFound();
      manager.kill();
      nothingFound();
    }
  }

  /** Every way to set a secret, and to set it again; gives what holds at the end. */
  private Map<String, Canary> setAndChange() throws Exception {
    Canary put = canary("put");
    Canary patched = special("patched");
    Canary single = canary("single");
    Canary changed = special("changed");
    ok(put(LLM, 1, new JsonObject().put("openai_api_key", put.value())));
    JsonObject patch = new JsonObject().put("anthropic_api_key", patched.value());
    ok(manager.patch(LLM, 2, patch.encode()));
    ok(Vault.put(manager, LLM, "gemini_api_key", single.value()));
    ok(Vault.put(manager, LLM, "gemini_api_key", changed.value()));
    // What is removed, and what goes with its service, was there too.
    ok(Vault.put(manager, "memory-worker", "qdrant_api_key", canary("removed").value()));
    ok(Vault.delete(manager, "memory-worker", "qdrant_api_key"));
    ok(Vault.put(manager, "camera", "stream_token", special("deleted").value()));
    ok(manager.call("DELETE", SERVICES + "camera?version=2", manager.admin(), null));
    JsonObject dry = new JsonObject().put("openai_api_key", canary("dry run").value());
    ok(
        manager.call(
            "PATCH", SERVICES + LLM + "?version=5&dry_run=true", manager.admin(), dry.encode()));
    return Map.of("openai_api_key", put, "anthropic_api_key", patched, "gemini_api_key", changed);
  }

  /** Writes that are refused, each with a secret in them. */
  private void writeWrongly() throws Exception {
    long version = Vault.version(manager, LLM);
    String admin = manager.admin();
    JsonObject both = new JsonObject().put("openai_api_key", special("beside an error").value());
    refused(422, manager.patch(LLM, version, both.copy().put("temperature", 99).encode()));
    refused(422, put(LLM, version, both.copy().put("top_k", "many")));
    JsonObject nested = new JsonObject().put("a", canary("nested").value());
    refused(422, manager.patch(LLM, version, json("openai_api_key", nested)));
    JsonArray list = new JsonArray().add(canary("in a list").value());
    refused(422, manager.patch(LLM, version, json("openai_api_key", list)));
    refused(409, manager.patch(LLM, 1, both.encode()));
    String key = "eleven_api_key";
    long other = Vault.version(manager, "tts-worker");
    refused(422, manager.patch("tts-worker", other, json(key, special("over env, patch").value())));
    refused(422, Vault.put(manager, "tts-worker", key, canary("over env, put").value()));
    refused(422, Vault.put(manager, LLM, "llm_provider", canary("to no secret").value()));
    refused(404, Vault.put(manager, LLM, "open_ai_api_key", canary("to no key").value()));
    refused(404, Vault.put(manager, "nobody", "api_key", canary("to nobody").value()));
    String path = Vault.path(LLM, "openai_api_key");
    String body = json("value", special("by a reader").value());
    refused(403, manager.call("PUT", path, manager.reader(), body));
    refused(401, manager.call("PUT", path, "x".repeat(43), body));
    refused(401, manager.call("PUT", path, null, body));
    refused(400, manager.call("PUT", path, admin, body.replace("}", "")));
    refused(400, manager.call("PUT", path, admin, body.replace("}", ",\"more\":1}")));
    refused(400, manager.call("PUT", path, admin, json("value", nested)));
    String broken = "{\"openai_api_key\": \"" + canary("no json").value() + "\"";
    refused(400, manager.patch(LLM, version, broken));
    refused(400, put(LLM, version, both.copy(), ",\"extra\":1"));
    String huge = canary("huge").value();
    refused(400, Vault.put(manager, LLM, "openai_api_key", huge + "x".repeat(70_000)));
    refused(413, Vault.put(manager, LLM, "openai_api_key", huge + "x".repeat(1 << 20)));
    assertThat(Vault.version(manager, LLM)).as("refused is refused").isEqualTo(version);
  }

  /** In clear for whom it is meant, so that a search which finds nothing means something. */
  private void showsWhereItMay(String service, String reader, Map<String, Canary> set)
      throws Exception {
    HttpResponse<String> clear = manager.call("GET", SERVICES + service, tokens.of(reader), null);
    JsonObject config = Vault.ok(clear).getJsonObject("config");
    set.forEach(
        (key, canary) -> {
          assertThat(config.getString(key).equals(canary.value())).as("%s", canary).isTrue();
          assertThat(canary.foundIn(clear.body().getBytes(UTF_8))).as("%s", canary).isNotNull();
        });
    for (Map.Entry<String, Canary> each : set.entrySet()) {
      HttpResponse<String> revealed =
          Vault.reveal(manager, manager.admin(), service, each.getKey(), "the test looks");
      assertThat(Vault.ok(revealed).getString("value").equals(each.getValue().value()))
          .as("%s", each.getValue())
          .isTrue();
      String masked = keep(manager.get(SERVICES + service)).body();
      assertThat(new JsonObject(masked).getJsonObject("config").getString(each.getKey()))
          .isEqualTo(Vault.MASK);
    }
  }

  private void readEverything() throws Exception {
    for (String path :
        List.of(
            "/api/config/services",
            "/api/config/history?limit=1000",
            "/api/config/history?service=llm-worker&key=gemini_api_key",
            "/api/config/schemas",
            "/api/config/schemas/llm-worker",
            "/api/config/health?detail=true",
            "/api/config/keys",
            "/api/config/me",
            "/api/config/openapi.json",
            "/metrics",
            "/health/live",
            "/health/ready")) {
      assertThat(keep(manager.get(path)).statusCode()).as(path).isEqualTo(200);
    }
    for (Object service : ok(manager.get("/api/config/services")).getJsonArray("services")) {
      ok(manager.get(SERVICES + service));
      ok(manager.get(SERVICES + service + "?include_fields=false"));
    }
    List<String> queries = new ArrayList<>(List.of("api_key", "llm", "a", "****", "canary"));
    canaries.forEach(canary -> queries.add(canary.value()));
    for (String query : queries) {
      String body = new JsonObject().put("query", query).put("max_results", 200).encode();
      JsonObject found =
          Vault.ok(manager.call("POST", "/api/config/search", manager.reader(), body));
      assertThat(found.remove("query")).isNotNull();
      seen.put("search " + serial.incrementAndGet(), found.encode());
    }
    JsonObject audit =
        ok(manager.call("GET", "/api/config/audit?limit=1000", manager.admin(), null));
    assertThat(audit.getJsonArray("entries")).isNotEmpty();
  }

  /** Three times while requests are under way: where a secret is in a frame it would show. */
  private void dumpThreads() throws Exception {
    for (int i = 0; i < 3; i++) {
      String path = SERVICES + LLM;
      var clear = manager.http.sendAsync(request(path), HttpResponse.BodyHandlers.ofString());
      ManagerProcess.run(folder, "kill", "-QUIT", String.valueOf(manager.pid()));
      clear.join();
    }
    await().until(() -> ManagerProcess.text(manager.out()).contains("Full thread dump"));
  }

  private java.net.http.HttpRequest request(String path) {
    return java.net.http.HttpRequest.newBuilder(manager.uri(path))
        .header("X-API-Token", tokens.of("lena"))
        .build();
  }

  /** The newest version of the service that the stream told of. */
  private static long version(EventStream stream) {
    return stream.of("config").stream()
        .map(event -> new JsonObject(event.data()))
        .filter(event -> event.getString("service").equals(LLM))
        .mapToLong(event -> event.getLong("version"))
        .max()
        .orElse(0);
  }

  private void heard(Subscriber subscriber, EventStream stream) {
    assertThat(stream.events).isNotEmpty();
    subscriber.heard.forEach(
        message ->
            seen.put(
                "MQTT " + message.getTopic() + " " + serial.incrementAndGet(),
                new String(message.getPayloadAsBytes(), UTF_8)));
    stream.events.forEach(
        event -> seen.put("SSE " + event.type() + serial.incrementAndGet(), event.data()));
  }

  private void nothingFound() throws IOException {
    Map<String, String> places = new LinkedHashMap<>();
    seen.forEach((place, text) -> places.put(place, new String(text.getBytes(UTF_8), ISO_8859_1)));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        places.put(
            folder.relativize(file).toString(), new String(Files.readAllBytes(file), ISO_8859_1));
      }
    }
    assertThat(places)
        .containsKeys("stdout.txt", "stderr.log", "data/config/config.db")
        .containsKeys("data/config/config.db-wal", "data/config/config.db-shm")
        .containsKeys("data/config/config.lkg.json", "data/config/health+epoch.json");
    assertThat(places.get("stderr.log"))
        .as("all is logged")
        .contains("TRACE io.", "DEBUG dev.holdfast");
    List<String> hits = new ArrayList<>();
    places.forEach(
        (place, text) ->
            canaries.forEach(
                canary -> {
                  String form = canary.foundIn(text);
                  if (form != null) {
                    hits.add(canary + " as " + form + " in " + place);
                  }
                }));
    assertThat(hits).isEmpty();
  }

  private Canary canary(String name) {
    canaries.add(Canary.of(name));
    return canaries.get(canaries.size() - 1);
  }

  private Canary special(String name) {
    canaries.add(Canary.special(name));
    return canaries.get(canaries.size() - 1);
  }

  private static String json(String name, Object value) {
    return new JsonObject().put(name, value).encode();
  }

  private HttpResponse<String> put(String service, long version, JsonObject config)
      throws Exception {
    return put(service, version, config, "");
  }

  private HttpResponse<String> put(String service, long version, JsonObject config, String more)
      throws Exception {
    String body = "{\"version\":" + version + ",\"config\":" + config.encode() + more + "}";
    return manager.call("PUT", SERVICES + service, manager.admin(), body);
  }

  private void refused(int status, HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(status);
    keep(response);
  }

  /** A success that is kept. */
  private JsonObject ok(HttpResponse<String> response) {
    return Vault.ok(keep(response));
  }

  /** Keeps a reply, head and body, to be searched. */
  private HttpResponse<String> keep(HttpResponse<String> response) {
    seen.put(
        response.request().method()
            + " "
            + response.uri().getPath()
            + " "
            + response.statusCode()
            + " "
            + serial.incrementAndGet(),
        response.headers().map() + "\n" + response.body());
    return response;
  }
}
