package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A manager with four services that have nothing but secrets, and what each secret is. */
final class ManySecrets {
  static final List<String> SERVICES = List.of("one", "two", "three", "four");

  final ManagerProcess manager;
  final Tokens tokens;

  /** The secrets by service. */
  final Map<String, JsonObject> expected = new TreeMap<>();

  private final int each;

  /** Not started yet; each service will have that many. */
  ManySecrets(Path folder, int each) throws Exception {
    this.each = each;
    tokens = Tokens.write(folder, "config.secrets:vera@" + String.join("|", SERVICES));
    manager = ManagerProcess.prepare(folder, Map.of());
    for (String service : SERVICES) {
      JsonObject values = new JsonObject();
      for (int i = 0; i < each; i++) {
        values.put("key_" + i, service + "-" + i + "-" + Tokens.random());
      }
      expected.put(service, values);
    }
  }

  /** Starts the manager for the first time and sets them all. */
  void start() throws Exception {
    manager.startAgain();
    JsonObject properties = new JsonObject();
    for (int i = 0; i < each; i++) {
      JsonObject field = new JsonObject().put("type", "string").put("x-secret", true);
      properties.put("key_" + i, field.put("description", "Key " + i));
    }
    JsonObject schema =
        new JsonObject()
            .put("$schema", "https://json-schema.org/draft/2020-12/schema")
            .put("type", "object")
            .put("additionalProperties", false)
            .put("properties", properties);
    for (String service : SERVICES) {
      Vault.ok(
          manager.call("PUT", "/api/config/schemas/" + service, manager.admin(), schema.encode()));
      JsonObject body = new JsonObject().put("version", 1).put("config", expected.get(service));
      Vault.ok(
          manager.call("PUT", "/api/config/services/" + service, manager.admin(), body.encode()));
    }
  }

  /** Who may reads them all as they were set. */
  void allReadable() throws Exception {
    for (String service : SERVICES) {
      assertThat(Vault.config(manager, tokens.of("vera"), service))
          .as(service)
          .isEqualTo(expected.get(service));
    }
  }

  /** The ids of the keys that stored secrets are under. */
  List<String> keyIds() throws SQLException {
    return Vault.select(manager.data("config.db"), "SELECT DISTINCT key_id FROM encrypted_secrets");
  }

  /** How many stored secrets are under a key. */
  int count(String keyId) throws SQLException {
    return Integer.parseInt(
        Vault.select(
                manager.data("config.db"),
                "SELECT count(*) FROM encrypted_secrets WHERE key_id = '" + keyId + "'")
            .get(0));
  }
}
