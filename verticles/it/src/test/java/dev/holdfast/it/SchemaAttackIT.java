package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas that reach for what is not theirs. */
class SchemaAttackIT {
  private static final String CANARY = "canary-from-the-environment";
  private static final String SERVICES = "/api/config/services/";
  private static final String SCHEMAS = "/api/config/schemas/";

  @TempDir Path folder;

  private static String schema(String properties) {
    return "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
        + properties
        + "}}";
  }

  @Test
  void restSchema_namingVariables_drawsNothingFromTheEnvironment() throws Exception {
    List<String> variables =
        List.of(
            "CONFIG_MASTER_KEY_BASE64",
            "CONFIG_API_TOKENS",
            "CONFIG_SIGNATURE_PRIVATE_KEY",
            "LKG_HMAC_KEY_BASE64",
            "LITESTREAM_SECRET_ACCESS_KEY",
            "REBUILD_TOKEN",
            "MQTT_URL",
            "ALLOW_AUTO_REBUILD",
            "config_master_key_base64",
            "PATH",
            "HOME",
            "HARMLESS_CANARY");
    Map<String, String> environment = new HashMap<>();
    environment.put("HARMLESS_CANARY", CANARY);
    environment.put("DERIVED_VALUE", CANARY);
    environment.put("ROUTER_WAKE_ACK_TEXT", "from the environment");
    environment.put("LITESTREAM_SECRET_ACCESS_KEY", CANARY);
    environment.put("CONFIG_API_TOKENS", TestToken.entry("admin", "config.write:admin"));
    try (ManagerProcess manager = ManagerProcess.start(folder, environment)) {
      int accepted = 0;
      for (int i = 0; i < variables.size(); i++) {
        String field =
            "\"value\":{\"type\":\"string\",\"default\":\"d\",\"x-env\":\"%s\"}"
                .formatted(variables.get(i));
        Wire.Reply made = admin(manager, "PUT", SCHEMAS + "thief-" + i, schema(field));
        assertThat(made.status()).as(variables.get(i) + made.body()).isIn(200, 422);
        accepted += made.status() == 200 ? 1 : 0;
      }
      assertThat(accepted).as("harmless names are legal, and without effect").isPositive();
      String plain = "\"%s\":{\"type\":\"string\",\"default\":\"d\"}";
      for (String[] derived :
          new String[][] {
            {"derived", "value"},
            {"config", "master_key_base64"},
            {"lkg", "hmac_key_base64"},
            {"litestream", "secret_access_key"},
            {"rebuild", "token"},
          }) {
        String path = SCHEMAS + derived[0];
        assertThat(admin(manager, "PUT", path, schema(plain.formatted(derived[1]))).status())
            .isIn(200, 422);
      }
      assertThat(value(manager, "router", "router_wake_ack_text"))
          .as("a schema from a file does draw on it")
          .isEqualTo("from the environment");
      String instead = plain.formatted("router_wake_ack_text");
      Wire.Reply replaced = admin(manager, "PUT", SCHEMAS + "router", schema(instead));
      assertThat(replaced.status()).as(replaced.body()).isEqualTo(200);
      assertThat(value(manager, "router", "router_wake_ack_text"))
          .as("one from REST in its place does not")
          .isEqualTo("d");
      for (int run = 0; run < 2; run++) {
        for (Object name :
            admin(manager, "GET", "/api/config/services", null).json().getJsonArray("services")) {
          Wire.Reply reply = admin(manager, "GET", SERVICES + name, null);
          assertThat(reply.body())
              .as(name + " in run " + run)
              .doesNotContain(
                  CANARY,
                  manager.dotenv("CONFIG_MASTER_KEY_BASE64"),
                  manager.dotenv("LKG_HMAC_KEY_BASE64"),
                  manager.dotenv("REBUILD_TOKEN"),
                  TestToken.of("admin"));
          if (String.valueOf(name).startsWith("thief")) {
            assertThat(reply.json().getJsonObject("config").getString("value")).isEqualTo("d");
            assertThat(reply.body()).doesNotContain("\"env\"");
          }
        }
        manager.terminate();
        manager.startAgain();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONFIG_MASTER_KEY_BASE64",
        "LKG_HMAC_KEY_BASE64",
        "LITESTREAM_SECRET_ACCESS_KEY",
        "MQTT_URL",
        "REBUILD_TOKEN",
        "ALLOW_AUTO_REBUILD",
      })
  void fileSchema_namingTheManagersOwn_stopsTheStart(String variable) throws Exception {
    Path schemas = Files.createDirectory(folder.resolve("schemas"));
    Files.writeString(
        schemas.resolve("thief.json"),
        schema("\"value\":{\"type\":\"string\",\"x-env\":\"" + variable + "\"}"));
    ManagerProcess manager =
        ManagerProcess.prepare(folder, Map.of("CONFIG_SCHEMA_DIR", schemas.toString()));
    try (manager) {
      manager.launch();
      assertThat(manager.awaitExit()).isEqualTo(78);
    }
    String log = ManagerProcess.text(manager.log());
    assertThat(log.lines().filter(line -> line.contains("Not started"))).hasSize(1);
    assertThat(log).contains("thief.json", variable).doesNotContain("\tat ");
  }

  @Test
  void fileSchema_whoseNameWouldBeTheManagersOwn_drawsNothing() throws Exception {
    Path schemas = Files.createDirectory(folder.resolve("schemas"));
    Files.writeString(
        schemas.resolve("litestream.json"),
        schema("\"secret_access_key\":{\"type\":\"string\",\"default\":\"d\"}"));
    Map<String, String> environment =
        Map.of("CONFIG_SCHEMA_DIR", schemas.toString(), "LITESTREAM_SECRET_ACCESS_KEY", CANARY);
    try (ManagerProcess manager = ManagerProcess.start(folder, environment)) {
      assertThat(manager.get(SERVICES + "litestream").body()).doesNotContain(CANARY);
      assertThat(manager.service("litestream").getJsonObject("config"))
          .isEqualTo(new JsonObject().put("secret_access_key", "d"));
    }
  }

  @Test
  void xSecret_droppedOverRest_dropsTheValue() throws Exception {
    Map<String, String> tokens =
        Map.of(
            "CONFIG_API_TOKENS",
            TestToken.entry("admin", "config.write:admin")
                + ","
                + TestToken.entry("vault", "config.secrets:vault@vault"));
    String secret = "\"pin\":{\"type\":\"string\",\"x-secret\":true}";
    String open = "\"pin\":{\"type\":\"string\",\"default\":\"\"}";
    try (ManagerProcess manager = ManagerProcess.start(folder, tokens)) {
      assertThat(admin(manager, "PUT", SCHEMAS + "vault", schema(secret)).status()).isEqualTo(200);
      String path = SERVICES + "vault/secrets/pin";
      assertThat(admin(manager, "PUT", path, "{\"value\":\"" + CANARY + "\"}").status())
          .isEqualTo(200);
      assertThat(value(manager, "vault", "pin")).isEqualTo("********");

      Wire.Reply dropped = admin(manager, "PUT", SCHEMAS + "vault", schema(open));
      assertThat(dropped.status()).as(dropped.body()).isEqualTo(200);
      assertThat(value(manager, "vault", "pin")).isEqualTo("");
      assertThat(seals(manager)).isZero();
      assertThat(history(manager)).doesNotContain(CANARY);
      JsonArray rows =
          admin(manager, "GET", "/api/config/audit?service=vault", null)
              .json()
              .getJsonArray("entries");
      assertThat(rows)
          .as("the access log says that the value went")
          .anyMatch(
              row ->
                  ((JsonObject) row).getString("action").equals("remove-secret")
                      && "pin".equals(((JsonObject) row).getString("key"))
                      && "admin".equals(((JsonObject) row).getString("user_id")));

      assertThat(admin(manager, "PUT", SCHEMAS + "vault", schema(secret)).status()).isEqualTo(200);
      assertThat(value(manager, "vault", "pin")).as("it does not come back").isNull();
      for (String word : List.of("admin", "vault")) {
        assertThat(
                Wire.once(manager, "GET", SERVICES + "vault", TestToken.header(word), null).body())
            .doesNotContain(CANARY);
      }
    }
  }

  @Test
  void xSecret_putOnOverRest_takesOldValuesOutOfTheHistory() throws Exception {
    Map<String, String> tokens =
        Map.of("CONFIG_API_TOKENS", TestToken.entry("admin", "config.write:admin"));
    String open = "\"pin\":{\"type\":\"string\",\"default\":\"\"}";
    String secret = "\"pin\":{\"type\":\"string\",\"x-secret\":true}";
    try (ManagerProcess manager = ManagerProcess.start(folder, tokens)) {
      admin(manager, "PUT", SCHEMAS + "vault", schema(open));
      String patch = "{\"pin\":\"" + CANARY + "\"}";
      assertThat(admin(manager, "PATCH", SERVICES + "vault?version=1", patch).status())
          .isEqualTo(200);
      assertThat(history(manager)).contains(CANARY);
      Wire.Reply marked = admin(manager, "PUT", SCHEMAS + "vault", schema(secret));
      assertThat(marked.status()).as(marked.body()).isEqualTo(200);
      assertThat(history(manager)).doesNotContain(CANARY);
      assertThat(admin(manager, "GET", SERVICES + "vault", null).body()).doesNotContain(CANARY);
      manager.terminate();
      for (String file : List.of("config.db", "config.lkg.json", "health+epoch.json")) {
        assertThat(new String(Files.readAllBytes(manager.data(file)), ISO_8859_1))
            .as(file)
            .doesNotContain(CANARY);
      }
    }
  }

  private static Wire.Reply admin(ManagerProcess manager, String method, String path, String body)
      throws Exception {
    return Wire.once(manager, method, path, TestToken.header("admin"), body);
  }

  private static Object value(ManagerProcess manager, String service, String key) throws Exception {
    return admin(manager, "GET", SERVICES + service, null)
        .json()
        .getJsonObject("config")
        .getValue(key);
  }

  private static String history(ManagerProcess manager) throws Exception {
    return admin(manager, "GET", "/api/config/history?service=vault", null).body();
  }

  /** How many sealed values the database holds. */
  private static int seals(ManagerProcess manager) throws Exception {
    try (var connection =
            java.sql.DriverManager.getConnection(
                "jdbc:sqlite:file:" + manager.data("config.db") + "?mode=ro");
        var row =
            connection.createStatement().executeQuery("SELECT count(*) FROM encrypted_secrets")) {
      return row.next() ? row.getInt(1) : -1;
    }
  }
}
