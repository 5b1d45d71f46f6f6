package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A manager with services that have nothing but secrets, and what each secret is. */
final class ManySecrets {
  final ManagerProcess manager;
  final Tokens tokens;

  /** The secrets by service: {@code vault-0}, {@code vault-1} and so on. */
  final Map<String, JsonObject> expected = new TreeMap<>();

  private final int each;

  /** Not started yet. */
  ManySecrets(Path folder, int services, int each) throws Exception {
    this.each = each;
    for (int number = 0; number < services; number++) {
      String service = "vault-" + number;
      JsonObject values = new JsonObject();
      for (int i = 0; i < each; i++) {
        values.put("key_" + i, service + "-" + i + "-" + Tokens.random());
      }
      expected.put(service, values);
    }
    tokens = Tokens.write(folder, "config.secrets:vera@" + String.join("|", expected.keySet()));
    manager = ManagerProcess.prepare(folder, Map.of());
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
    for (String service : expected.keySet()) {
      Vault.ok(
          manager.call("PUT", "/api/config/schemas/" + service, manager.admin(), schema.encode()));
      JsonObject body = new JsonObject().put("version", 1).put("config", expected.get(service));
      Vault.ok(
          manager.call("PUT", "/api/config/services/" + service, manager.admin(), body.encode()));
    }
  }

  /** Who may reads them all as they were set. */
  void allReadable() throws Exception {
    for (String service : expected.keySet()) {
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
