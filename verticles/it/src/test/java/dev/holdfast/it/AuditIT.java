package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditIT {
  private static final String SERVICES = "/api/config/services/";

  @TempDir Path folder;

  @Test
  void audit_seriesOfCalls_isThereAndWhoeverAltersItIsFound() throws Exception {
    Tokens tokens = Tokens.write(folder, "config.secrets:cora@camera", "config.write:rob@router");
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      calls(manager, tokens);
      await().untilAsserted(() -> assertRows(manager));
      assertFilters(manager, tokens);
      Command.succeed(manager, "audit", "verify");
      manager.terminate();
      assertThat(Command.succeed(manager, "audit", "verify").text()).isNotBlank();

      Path database = manager.data("config.db");
      byte[] whole = Files.readAllBytes(database);
      long last = newest(database);
      long middle = last / 2;
      String where = " WHERE id = " + middle;
      tampered(manager, "UPDATE access_log SET user_id = 'mallory'" + where, middle);
      Files.write(database, whole);
      tampered(manager, "UPDATE access_log SET success = 1 - success" + where, middle);
      Files.write(database, whole);
      tampered(manager, "DELETE FROM access_log" + where, middle);
      Files.write(database, whole);
      tampered(manager, "DELETE FROM access_log WHERE id > " + (last - 2), last);
      Files.write(database, whole);
      Command.succeed(manager, "audit", "verify");

      manager.startAgain();
      Vault.ok(manager.patch("router", 3, "{\"router_wake_ack_text\":\"on\"}"));
      assertThat(rows(manager, "").get(0))
          .isEqualTo("adam true change router router_wake_ack_text");
      manager.terminate();
      Command.succeed(manager, "audit", "verify");
    }
  }

  private static void calls(ManagerProcess manager, Tokens tokens) throws Exception {
    String admin = manager.admin();
    String body = "{\"version\":1,\"config\":{\"router_wake_ack_text\":\"a\"},\"reason\":\"try\"}";
    Vault.ok(manager.call("PUT", SERVICES + "router", admin, body));
    Vault.ok(manager.patch("camera", 1, "{\"fps\":20}"));
    Vault.ok(Vault.put(manager, "camera", "stream_token", "sesame"));
    Vault.ok(Vault.reveal(manager, admin, "camera", "stream_token", "to test it"));
    Vault.config(manager, tokens.of("cora"), "camera");
    Vault.ok(Vault.delete(manager, "camera", "stream_token"));
    JsonObject entry =
        Vault.ok(manager.get("/api/config/history?service=router"))
            .getJsonArray("entries")
            .getJsonObject(0);
    String undo = "{\"service\":\"router\",\"history_entries\":[" + entry.getLong("id") + "]}";
    Vault.ok(manager.call("POST", "/api/config/history/restore", admin, undo));
    String schema =
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
            + "\"additionalProperties\":false,\"properties\":{\"pin\":{\"type\":\"string\","
            + "\"x-secret\":true,\"description\":\"What opens it\"}}}";
    Vault.ok(manager.call("PUT", "/api/config/schemas/gate", admin, schema));
    Vault.ok(manager.call("DELETE", SERVICES + "gate?version=1", admin, null));
    refused(403, manager.call("PATCH", SERVICES + "router?version=3", manager.reader(), "{}"));
    refused(403, manager.call("PATCH", SERVICES + "camera?version=3", tokens.of("rob"), "{}"));
    refused(401, manager.call("PATCH", SERVICES + "router?version=3", "y".repeat(43), "{}"));
    refused(403, manager.call("GET", "/api/config/audit", manager.reader(), null));
    refused(403, Vault.reveal(manager, manager.reader(), "camera", "stream_token", "just curious"));
  }

  private static void refused(int status, java.net.http.HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
  }

  private static void assertRows(ManagerProcess manager) throws Exception {
    assertThat(rows(manager, ""))
        .contains(
            "adam true change router router_wake_ack_text",
            "adam true change camera fps",
            "adam true set-secret camera stream_token",
            "adam true reveal camera stream_token",
            "cora true read-secrets camera",
            "adam true remove-secret camera stream_token",
            "adam true restore router router_wake_ack_text",
            "adam true schema gate",
            "adam true delete gate",
            "rita false PATCH /api/config/services/router router",
            "rob false PATCH /api/config/services/camera camera",
            "127.0.0.1 false PATCH /api/config/services/router router",
            "rita false GET /api/config/audit",
            "rita false reveal camera stream_token");
    List<String> table =
        Vault.select(
            manager.data("config.db"),
            "SELECT id || ' ' || user_id || ' ' || action || ' ' || success FROM access_log"
                + " WHERE reason = 'to test it' AND timestamp LIKE '20%' AND service = 'camera'");
    assertThat(table).hasSize(1);
    assertThat(table.get(0)).endsWith("adam reveal 1");
  }

  private static void assertFilters(ManagerProcess manager, Tokens tokens) throws Exception {
    assertThat(rows(manager, "user=rita")).isNotEmpty().allMatch(row -> row.startsWith("rita"));
    assertThat(rows(manager, "action=reveal")).hasSize(2);
    assertThat(rows(manager, "action=reveal&success=true")).hasSize(1);
    assertThat(rows(manager, "key=stream_token")).hasSize(4);
    assertThat(rows(manager, "service=gate"))
        .containsExactly("adam true delete gate", "adam true schema gate");
    assertThat(rows(manager, "end_date=2020-01-01T00:00:00Z")).isEmpty();
    List<Long> ids = new ArrayList<>();
    entries(manager, manager.admin(), "").forEach(row -> ids.add(row.getLong("id")));
    assertThat(ids)
        .as("newest first")
        .isSortedAccordingTo((one, other) -> Long.compare(other, one));
    assertThat(entries(manager, manager.admin(), "limit=2&before=" + ids.get(3)))
        .extracting(row -> row.getLong("id"))
        .containsExactly(ids.get(4), ids.get(5));
    assertThat(entries(manager, tokens.of("rob"), ""))
        .as("a scoped token sees its scope")
        .isNotEmpty()
        .allMatch(row -> "router".equals(row.getString("service")));
  }

  private static List<JsonObject> entries(ManagerProcess manager, String token, String filter)
      throws Exception {
    String query = filter.contains("limit=") ? filter : "limit=500&" + filter;
    String path = "/api/config/audit?" + query.replaceAll("&$", "");
    return Vault.ok(manager.call("GET", path, token, null)).getJsonArray("entries").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private static List<String> rows(ManagerProcess manager, String filter) throws Exception {
    return entries(manager, manager.admin(), filter).stream()
        .map(
            row -> {
              List<String> words = new ArrayList<>();
              for (String name : List.of("user_id", "success", "action", "service", "key")) {
                if (row.getValue(name) != null) {
                  words.add(String.valueOf(row.getValue(name)));
                }
              }
              return String.join(" ", words);
            })
        .toList();
  }

  /** After that change the command says which row it finds wrong. */
  private static void tampered(ManagerProcess manager, String sql, long row) throws Exception {
    assertThat(Vault.execute(manager.data("config.db"), sql)).as(sql).isPositive();
    Command verify = Command.run(manager, "audit", "verify");
    assertThat(verify.exitCode()).as(sql + "\n" + verify.text()).isEqualTo(1);
    assertThat(verify.text()).as(sql).containsPattern(Pattern.compile("\\b" + row + "\\b"));
  }

  private static long newest(Path database) throws Exception {
    return Long.parseLong(Vault.select(database, "SELECT max(id) FROM access_log").get(0));
  }
}
