package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas that put {@code x-secret} on a setting, and take it off. */
class SecretSchemaIT {
  @TempDir Path folder;

  @Test
  void schema_settingBecomesSecret_itsOldValuesAreGoneFromTheFiles() throws Exception {
    List<Canary> all = List.of(Canary.of("first"), Canary.special("second"), Canary.of("third"));
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      register(manager, "{\"type\":\"string\",\"default\":\"none\"}");
      for (Canary canary : all) {
        long version = Vault.version(manager, "gate");
        String patch = new JsonObject().put("pin", canary.value()).encode();
        Vault.ok(manager.patch("gate", version, patch));
      }
      // Many rows more, so that the old values lie on pages that are split and freed.
      for (int i = 0; i < 40; i++) {
        String patch = "{\"router_wake_ack_text\":\"" + "x".repeat(100) + i + "\"}";
        Vault.ok(manager.patch("router", i + 1, patch));
      }
      Vault.ok(manager.patch("gate", 4, "{\"open\":true}"));
      Canary last = all.get(2);
      assertThat(last.foundIn(Files.readAllBytes(manager.data("config.db-wal"))))
          .as("the search finds it while it is no secret")
          .isNotNull();

      register(manager, "{\"type\":\"string\",\"x-secret\":true}");
      JsonObject service = manager.service("gate");
      assertThat(service.getLong("version")).isEqualTo(6);
      assertThat(service.getJsonObject("config").getString("pin")).isEqualTo(Vault.MASK);
      assertThat(
              Vault.ok(Vault.reveal(manager, manager.admin(), "gate", "pin", "look"))
                  .getString("value"))
          .isEqualTo(last.value());
      JsonArray history = history(manager);
      assertThat(history)
          .filteredOn(row -> ((JsonObject) row).getString("key").equals("pin"))
          .hasSizeGreaterThanOrEqualTo(all.size())
          .allSatisfy(
              row -> {
                assertThat(((JsonObject) row).getString("old_value")).isIn(null, Vault.MASK);
                assertThat(((JsonObject) row).getString("new_value")).isIn(null, Vault.MASK);
              });
      assertThat(history)
          .as("other keys keep their history")
          .anyMatch(row -> ((JsonObject) row).getString("key").equals("open"));
      await()
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(() -> assertThat(hits(manager, all)).isEmpty());
      try (Subscriber late = new Subscriber(manager.mqttPort, "system/config/gate")) {
        await().until(() -> late.version("gate") == 6);
        assertThat(late.message("system/config/gate").getJsonObject("config").fieldNames())
            .containsExactly("open");
      }
    }
  }

  private static List<String> hits(ManagerProcess manager, List<Canary> canaries)
      throws IOException {
    List<String> hits = new ArrayList<>();
    for (String name :
        List.of("config.db", "config.db-wal", "config.db-shm", "config.lkg.json", ".env")) {
      Path file = name.equals(".env") ? manager.folder.resolve(name) : manager.data(name);
      byte[] bytes = Files.readAllBytes(file);
      for (Canary canary : canaries) {
        String form = canary.foundIn(bytes);
        if (form != null) {
          hits.add(canary + " as " + form + " in " + name);
        }
      }
    }
    return hits;
  }

  @Test
  void schema_secretBecomesOrdinary_itsValueIsDroppedNotShown() throws Exception {
    Canary canary = Canary.of("dropped");
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      register(manager, "{\"type\":\"string\",\"x-secret\":true}");
      Vault.ok(Vault.put(manager, "gate", "pin", canary.value()));
      register(manager, "{\"type\":\"string\",\"default\":\"none\"}");
      JsonObject service = manager.service("gate");
      assertThat(service.getJsonObject("config").getString("pin")).isEqualTo("none");
      assertThat(service.encode()).doesNotContain(canary.value());
      assertThat(Vault.reveal(manager, manager.admin(), "gate", "pin", "look").statusCode())
          .isEqualTo(422);
      assertThat(
              Vault.select(
                  manager.data("config.db"),
                  "SELECT key FROM encrypted_secrets WHERE service = 'gate'"))
          .isEmpty();
      register(manager, "{\"type\":\"string\",\"x-secret\":true}");
      assertThat(manager.service("gate").getJsonObject("config").getValue("pin"))
          .as("what was dropped does not come back")
          .isNull();
      for (String text : List.of(history(manager).encode(), manager.get("/metrics").body())) {
        assertThat(canary.foundIn(text.getBytes(UTF_8))).isNull();
      }
    }
  }

  private static JsonArray history(ManagerProcess manager) throws Exception {
    return Vault.ok(manager.get("/api/config/history?service=gate&limit=1000"))
        .getJsonArray("entries");
  }

  private static void register(ManagerProcess manager, String pin) throws Exception {
    String schema =
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
            + "\"additionalProperties\":false,\"properties\":{\"open\":{\"type\":\"boolean\","
            + "\"default\":false,\"description\":\"Whether it is open\"},\"pin\":"
            + pin.replace("}", ",\"description\":\"What opens it\"}")
            + "}}";
    Vault.ok(manager.call("PUT", "/api/config/schemas/gate", manager.admin(), schema));
  }
}
