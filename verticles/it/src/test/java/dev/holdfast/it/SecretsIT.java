package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class SecretsIT {
  private static final String SERVICES = "/api/config/services/";
  private static final String SCHEMA =
      """
      {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
       "additionalProperties": false, "properties": {
         "size": {"type": "integer", "default": 1, "description": "How large"},
         "api_key": {"type": "string", "x-secret": true, "minLength": 4, "description": "A key"},
         "other_key": {"type": "string", "x-secret": true, "description": "Another key"}}}
      """;

  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Tokens tokens;
  private static int serial;

  /** A service of its own for each test. */
  private String service;

  @BeforeAll
  static void start() throws Exception {
    StringJoiner scope = new StringJoiner("|", "config.secrets:vera@", "");
    for (int i = 1; i <= 20; i++) {
      scope.add("vault-" + i);
    }
    tokens = Tokens.write(folder, scope.toString());
    manager = ManagerProcess.start(folder);
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  @BeforeEach
  void register(TestInfo test) throws Exception {
    service = "vault-" + ++serial;
    Vault.ok(manager.call("PUT", "/api/config/schemas/" + service, manager.admin(), SCHEMA));
  }

  @Test
  void get_secret_readsAsNullThenAsTheMask() throws Exception {
    assertThat(masked().containsKey("api_key")).isTrue();
    assertThat(masked().getValue("api_key")).isNull();
    assertThat(source("api_key")).isEqualTo("default");
    Vault.ok(Vault.put(manager, service, "api_key", "sesame"));
    assertThat(masked().getString("api_key")).isEqualTo(Vault.MASK);
    assertThat(masked().getValue("other_key")).isNull();
    assertThat(Vault.config(manager, manager.admin(), service).getString("api_key"))
        .as("who may write reads no secrets either")
        .isEqualTo(Vault.MASK);
    assertThat(source("api_key")).isEqualTo("database");
    assertThat(manager.get(SERVICES + service + "?include_fields=false").body())
        .contains(Vault.MASK)
        .doesNotContain("sesame");
  }

  @Test
  void put_whole_absenceAndMaskLeaveNullRemoves() throws Exception {
    put(1, "{\"api_key\":\"sesame\",\"other_key\":\"open\"}", 200);
    put(2, "{\"size\":2}", 200);
    put(3, "{\"size\":3,\"api_key\":\"********\"}", 200);
    assertThat(clear().getString("api_key")).isEqualTo("sesame");
    assertThat(clear().getString("other_key")).isEqualTo("open");
    put(4, "{\"size\":3,\"api_key\":\"********\",\"other_key\":\"open\"}", 200);
    assertThat(version()).as("nothing changed").isEqualTo(4);
    put(4, "{\"size\":3,\"api_key\":null}", 200);
    assertThat(clear().getValue("api_key")).isNull();
    assertThat(clear().getString("other_key")).isEqualTo("open");
    assertThat(put(5, "{\"size\":3,\"api_key\":\"********\"}", 422).body()).contains("api_key");
    assertThat(version()).isEqualTo(5);
  }

  @Test
  void patch_maskLeavesNullRemovesTextSets() throws Exception {
    patch(1, "{\"api_key\":\"sesame\",\"size\":9}", 200);
    patch(2, "{\"api_key\":\"********\",\"size\":10}", 200);
    assertThat(clear().getString("api_key")).isEqualTo("sesame");
    patch(3, "{\"api_key\":\"sesame\"}", 200);
    assertThat(version()).as("the value it has").isEqualTo(3);
    patch(3, "{\"api_key\":\"SESAME\"}", 200);
    assertThat(clear().getString("api_key")).isEqualTo("SESAME");
    patch(4, "{\"api_key\":null,\"other_key\":null}", 200);
    assertThat(clear().getValue("api_key")).isNull();
    patch(5, "{\"api_key\":\"********\"}", 422);
    assertThat(patch(5, "{\"api_key\":\"abc\"}", 422).body())
        .as("too short, and not repeated")
        .contains("api_key")
        .doesNotContain("\"abc\"");
    assertThat(version()).isEqualTo(5);
  }

  @Test
  void dryRun_secret_showsMasksAndChangesNothing() throws Exception {
    String path = SERVICES + service + "?version=1&dry_run=true";
    JsonObject dry =
        Vault.ok(manager.call("PATCH", path, manager.admin(), "{\"api_key\":\"sesame\"}"));
    assertThat(dry.getJsonArray("diff"))
        .isEqualTo(
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("key", "api_key")
                        .putNull("old_value")
                        .put("new_value", Vault.MASK)));
    assertThat(masked().getValue("api_key")).isNull();
  }

  @Test
  void secretCalls_eachChange_isAVersionAndAMaskedHistoryRow() throws Exception {
    assertThat(Vault.ok(Vault.put(manager, service, "api_key", "one1")).getLong("version"))
        .isEqualTo(2);
    Vault.ok(Vault.put(manager, service, "api_key", "two2"));
    assertThat(Vault.ok(Vault.put(manager, service, "api_key", "two2")).getLong("version"))
        .as("the value it has")
        .isEqualTo(3);
    assertThat(clear().getString("api_key")).isEqualTo("two2");
    assertThat(Vault.ok(Vault.delete(manager, service, "api_key")).getLong("version")).isEqualTo(4);
    assertThat(Vault.ok(Vault.delete(manager, service, "api_key")).getLong("version"))
        .as("nothing to remove")
        .isEqualTo(4);
    assertThat(masked().getValue("api_key")).isNull();
    List<String> rows = new ArrayList<>();
    for (Object entry : history("api_key")) {
      JsonObject row = (JsonObject) entry;
      assertThat(row.getString("changed_by")).isEqualTo("adam");
      rows.add(row.getString("old_value") + " " + row.getString("new_value"));
    }
    assertThat(rows).containsExactly("******** null", "******** ********", "null ********");
    assertThat(Vault.put(manager, service, "size", "1").statusCode()).isEqualTo(422);
    assertThat(Vault.put(manager, service, "no_such", "1").statusCode()).isEqualTo(404);
    assertThat(Vault.put(manager, service, "api_key", Vault.MASK).statusCode()).isEqualTo(422);
    assertThat(Vault.put(manager, service, "api_key", "abc").statusCode()).isEqualTo(422);
    assertThat(Vault.put(manager, "nobody", "api_key", "one1").statusCode()).isEqualTo(404);
  }

  @Test
  void restore_mixedEntries_neverTouchesSecrets() throws Exception {
    patch(1, "{\"size\":5,\"api_key\":\"sesame\"}", 200);
    patch(2, "{\"size\":6,\"api_key\":\"change\"}", 200);
    JsonArray ids = new JsonArray();
    history(null).forEach(entry -> ids.add(((JsonObject) entry).getLong("id")));
    assertThat(ids).hasSize(4);
    JsonObject body = new JsonObject().put("service", service).put("history_entries", ids);
    JsonObject restored =
        Vault.ok(
            manager.call("POST", "/api/config/history/restore", manager.admin(), body.encode()));
    assertThat(restored.getJsonArray("keys_restored")).containsExactly("size");
    assertThat(masked().getInteger("size")).isEqualTo(1);
    assertThat(clear().getString("api_key")).isEqualTo("change");
  }

  @Test
  void delete_service_dropsItsSecrets() throws Exception {
    Vault.ok(Vault.put(manager, service, "api_key", "sesame"));
    assertThat(sealed()).containsExactly("api_key");
    Vault.ok(manager.call("DELETE", path(), manager.admin(), null));
    assertThat(sealed()).isEmpty();
    put(0, "{}", 200);
    assertThat(masked().getValue("api_key")).isNull();
    assertThat(version()).isGreaterThan(3);
    assertThat(reveal(manager.admin(), "api_key", "is it gone").statusCode()).isEqualTo(404);
  }

  @Test
  void secretChange_subscribers_hearTheNewVersionWithoutTheKey() throws Exception {
    try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/" + service);
        EventStream stream = new EventStream(manager, "?services=" + service, null)) {
      await().until(() -> subscriber.version(service) == 1);
      Vault.ok(Vault.put(manager, service, "api_key", "sesame"));
      await().until(() -> subscriber.version(service) == 2);
      Vault.ok(Vault.put(manager, service, "api_key", "change"));
      await().until(() -> subscriber.version(service) == 3);
      Vault.ok(Vault.delete(manager, service, "api_key"));
      await().until(() -> subscriber.version(service) == 4 && last(stream) == 4);
      JsonObject message = subscriber.message("system/config/" + service);
      assertThat(message.getJsonObject("config")).isEqualTo(new JsonObject().put("size", 1));
      assertThat(stream.of("config"))
          .extracting(event -> new JsonObject(event.data()).getJsonObject("config"))
          .allMatch(new JsonObject().put("size", 1)::equals);
      Receiver receiver = new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
      assertThat(receiver.verify(Receiver.signedText(message), message.getString("signature")))
          .isTrue();
    }
  }

  @Test
  void search_secret_isFoundWithoutAValue() throws Exception {
    Vault.ok(Vault.put(manager, service, "api_key", "sesame"));
    for (String query : List.of("api_key", "sesame", Vault.MASK)) {
      JsonObject body = new JsonObject().put("query", query).put("service_filter", service);
      JsonArray hits =
          Vault.ok(manager.call("POST", "/api/config/search", manager.reader(), body.encode()))
              .getJsonArray("results");
      assertThat(hits).hasSize(query.equals("api_key") ? 1 : 0);
      assertThat(hits).allMatch(hit -> ((JsonObject) hit).getValue("value") == null);
    }
  }

  private static long last(EventStream stream) {
    return stream.of("config").stream()
        .mapToLong(event -> new JsonObject(event.data()).getLong("version"))
        .max()
        .orElse(0);
  }

  private JsonObject masked() throws Exception {
    return Vault.config(manager, manager.reader(), service);
  }

  private JsonObject clear() throws Exception {
    return Vault.config(manager, tokens.of("vera"), service);
  }

  private long version() throws Exception {
    return Vault.version(manager, service);
  }

  private String path() throws Exception {
    return SERVICES + service + "?version=" + version();
  }

  private String source(String key) throws Exception {
    Predicate<Object> named = field -> ((JsonObject) field).getString("key").equals(key);
    return manager.service(service).getJsonArray("fields").stream()
        .filter(named)
        .map(field -> ((JsonObject) field).getString("source"))
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<String> put(long version, String config, int status) throws Exception {
    return expect(
        status,
        manager.call(
            "PUT",
            SERVICES + service,
            manager.admin(),
            "{\"version\":" + version + ",\"config\":" + config + "}"));
  }

  private HttpResponse<String> patch(long version, String patch, int status) throws Exception {
    return expect(status, manager.patch(service, version, patch));
  }

  private static HttpResponse<String> expect(int status, HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return response;
  }

  private HttpResponse<String> reveal(String token, String key, String reason) throws Exception {
    return Vault.reveal(manager, token, service, key, reason);
  }

  private JsonArray history(String key) throws Exception {
    String query = "?service=" + service + (key == null ? "" : "&key=" + key);
    return Vault.ok(manager.get("/api/config/history" + query)).getJsonArray("entries");
  }

  private List<String> sealed() throws Exception {
    return Vault.select(
        manager.data("config.db"),
        "SELECT key FROM encrypted_secrets WHERE service = '" + service + "'");
  }
}
