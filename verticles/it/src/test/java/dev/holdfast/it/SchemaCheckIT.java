package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code schema check} says before deploying, and what a start then does. */
class SchemaCheckIT {
  @TempDir Path folder;
  private Path schemas;

  @BeforeEach
  void makeFolder() throws Exception {
    schemas = Files.createDirectory(folder.resolve("schemas"));
  }

  @Test
  void check_compatibleFiles_tellsWhatAStartThenDoes() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      Vault.ok(manager.patch("camera", 1, "{\"fps\":20}"));
      gate(manager);
      Path database = manager.data("config.db");
      final byte[] before = Files.readAllBytes(database);
      final List<String> rows = Vault.select(database, "SELECT COUNT(*) FROM access_log");

      assertThat(check(manager, 0))
          .contains("The schemas are those of the database", "No service changes");

      camera("\"default\": \"/dev/video0\"", "\"default\": \"/dev/video1\"");
      Files.writeString(schemas.resolve("lamp.json"), schema("\"on\":{\"type\":\"boolean\"}"));
      String told = check(manager, 0);
      assertThat(told)
          .contains("others than those of the database", "lamp: new, with its defaults")
          .contains("camera: version 2 becomes 3: device_path")
          .contains("Compatible");
      assertThat(Files.readAllBytes(database)).as("the manager's file").isEqualTo(before);
      assertThat(Vault.select(database, "SELECT COUNT(*) FROM access_log")).isEqualTo(rows);
      assertThat(health(manager).getBoolean("ok")).isTrue();
      manager.terminate();

      try (ManagerProcess next = startWith(manager)) {
        assertThat(health(next).getBoolean("ok")).isTrue();
        assertThat(Vault.version(next, "lamp")).isEqualTo(1);
        assertThat(Vault.version(next, "camera")).isEqualTo(3);
        assertThat(check(next, 0)).contains("The schemas are those of the database");
      }
    }
  }

  @Test
  void check_storedThatNoLongerFits_listsWhatAStartLists() throws Exception {
    Canary secret = Canary.of("stream");
    Canary plain = Canary.of("pin");
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      Vault.ok(manager.patch("camera", 1, "{\"fps\":20}"));
      Vault.ok(Vault.put(manager, "camera", "stream_token", secret.value()));
      gate(manager);
      Vault.ok(manager.patch("gate", 1, "{\"pin\":\"" + plain.value() + "\"}"));
      String camera = shipped("camera");
      JsonObject edited = new JsonObject(camera);
      edited.getJsonObject("properties").getJsonObject("fps").put("maximum", 19).put("default", 9);
      edited.getJsonObject("properties").remove("stream_token");
      Files.writeString(schemas.resolve("camera.json"), edited.encode());
      Files.writeString(
          schemas.resolve("gate.json"),
          schema("\"pin\":{\"type\":\"string\",\"x-secret\":true,\"maxLength\":3}"));

      Command refused = Command.run(manager, "schema", "check", "--dir", schemas.toString());

      assertThat(refused.exitCode()).as(refused.text()).isEqualTo(1);
      assertThat(refused.out()).contains("schema-mismatch");
      assertThat(secret.foundIn(refused.text().getBytes(UTF_8))).isNull();
      assertThat(plain.foundIn(refused.text().getBytes(UTF_8))).isNull();
      assertThat(health(manager).getBoolean("ok")).isTrue();
      manager.terminate();
      try (ManagerProcess next = startWith(manager)) {
        await()
            .untilAsserted(
                () -> assertThat(health(next).getString("event")).isEqualTo("schema-mismatch"));
        JsonArray listed =
            Vault.ok(next.get("/api/config/health?detail=true"))
                .getJsonObject("detail")
                .getJsonArray("schema_mismatch");
        assertThat(listed).hasSize(3);
        for (Object line : listed) {
          assertThat(refused.out().lines().map(String::strip)).contains(String.valueOf(line));
        }
        assertThat(Command.run(next, "schema", "check", "--dir", schemas.toString()).out())
            .as("the same while that manager runs")
            .isEqualTo(refused.out());
      }
    }
  }

  @Test
  void check_faultsAndEnvironment_areToldInTheWordsOfAStart() throws Exception {
    Canary value = Canary.of("environment");
    Map<String, String> environment = new HashMap<>(Map.of("CAMERA_FPS", value.value()));
    ManagerProcess manager = ManagerProcess.prepare(folder, environment);
    Command variable = Command.run(manager, "schema", "check", "--dir", schemas.toString());
    assertThat(variable.exitCode()).as(variable.text()).isEqualTo(1);
    assertThat(variable.out()).contains("CAMERA_FPS: not for camera fps");
    assertThat(value.foundIn(variable.text().getBytes(UTF_8))).isNull();

    Files.writeString(
        schemas.resolve("gate.json"),
        schema(
            "\"pin\":{\"type\":\"string\",\"x-secret\":true,\"default\":\""
                + value.value()
                + "\"}"));
    Files.writeString(
        schemas.resolve("lamp.json"), schema("\"n\":{\"type\":\"integer\",\"default\":\"x\"}"));
    Command faults = Command.run(manager, "schema", "check", "--dir", schemas.toString());
    assertThat(faults.exitCode()).isEqualTo(1);
    assertThat(faults.out()).contains("gate.json: pin: ", "lamp.json: n: ");
    assertThat(value.foundIn(faults.text().getBytes(UTF_8))).isNull();
    assertThat(folder.resolve("data")).as("nothing is made").doesNotExist();
    assertThat(folder.resolve(".env")).doesNotExist();

    environment.put("CONFIG_SCHEMA_DIR", schemas.toString());
    try (ManagerProcess next = ManagerProcess.prepare(folder, environment)) {
      next.launch();
      assertThat(next.awaitExit()).isEqualTo(78);
      faults
          .out()
          .lines()
          .filter(line -> line.startsWith("  "))
          .forEach(line -> assertThat(ManagerProcess.text(next.log())).contains(line));
    }
  }

  @Test
  void check_noDatabaseOrNoFolder_saysSo() throws Exception {
    ManagerProcess manager = ManagerProcess.prepare(folder, Map.of());
    assertThat(check(manager, 0)).contains("There is no database at", "No fault");
    assertThat(folder.resolve("data")).doesNotExist();

    Command none = Command.run(manager, "schema", "check", "--dir", "nowhere");
    assertThat(none.exitCode()).isEqualTo(78);
    assertThat(none.err()).contains("--dir: nowhere").hasLineCount(1);
    assertThat(Command.run(manager, "schema", "check").exitCode()).isEqualTo(2);
  }

  private String check(ManagerProcess manager, int exitCode) throws Exception {
    Command done = Command.run(manager, "schema", "check", "--dir", schemas.toString());
    assertThat(done.exitCode()).as(done.text()).isEqualTo(exitCode);
    return done.out();
  }

  /** Another manager on the same folder, with the folder of schemas. */
  private ManagerProcess startWith(ManagerProcess manager) throws Exception {
    Map<String, String> environment = new HashMap<>(manager.environment());
    environment.put("CONFIG_SCHEMA_DIR", schemas.toString());
    return ManagerProcess.start(folder, environment);
  }

  private static JsonObject health(ManagerProcess manager) throws Exception {
    return Vault.ok(manager.call("GET", "/api/config/health", null, null));
  }

  /** Registers a service. */
  private static void gate(ManagerProcess manager) throws Exception {
    Vault.ok(
        manager.call(
            "PUT",
            "/api/config/schemas/gate",
            manager.admin(),
            schema("\"pin\":{\"type\":\"string\",\"default\":\"\"}")));
  }

  private void camera(String from, String to) throws Exception {
    String text = shipped("camera");
    assertThat(text).contains(from);
    Files.writeString(schemas.resolve("camera.json"), text.replace(from, to));
  }

  private static String shipped(String service) throws Exception {
    return Files.readString(ManagerProcess.ROOT.resolve("conf/schemas").resolve(service + ".json"));
  }

  private static String schema(String properties) {
    return "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
        + "\"additionalProperties\":false,\"properties\":{"
        + properties
        + "}}";
  }
}
