package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that read the tables, the cache file and the messages all see what GET says. */
class AgreementIT {
  @TempDir Path folder;

  @Test
  void everyDoor_afterChanges_saysTheSame() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder);
        Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/#")) {
      manager.patch("stt-worker", 1, "{\"vad_threshold\":0.25,\"channels\":2}");
      manager.patch("router", 1, "{\"router_wake_ack_text\":\"Ä \\\"ja\\\"?\\n\"}");
      manager.patch("router", 2, "{\"router_wake_ack_text\":null,\"router_wake_window_sec\":9.5}");
      List<String> services =
          List.of(
              "camera",
              "llm-worker",
              "memory-worker",
              "router",
              "stt-worker",
              "tts-worker",
              "wake-activation");
      await().until(() -> subscriber.newest.size() == 7 && subscriber.version("router") == 3);
      await().until(() -> subscriber.version("stt-worker") == 2);
      await()
          .ignoreExceptions()
          .until(() -> lkg(manager).getJsonObject("payload").getLong("revision") == 4);
      verifyLkg(manager);

      Receiver receiver = new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
      for (String service : services) {
        JsonObject answer = manager.service(service);
        JsonObject open = withoutSecrets(answer);
        String topic = "system/config/" + service;
        assertThat(
                receiver.receive(
                    topic, subscriber.newest.get(topic).getBytes(UTF_8), Instant.now()))
            .as(service)
            .isNull();
        assertThat(canonical(subscriber.message(topic).getJsonObject("config")))
            .isEqualTo(canonical(open));
        assertThat(subscriber.version(service)).isEqualTo(answer.getLong("version"));

        JsonObject cached = lkg(manager).getJsonObject("payload");
        assertThat(canonical(cached.getJsonObject("payload").getJsonObject(service)))
            .isEqualTo(canonical(open));
        assertThat(cached.getJsonObject("versions").getLong(service))
            .isEqualTo(answer.getLong("version"));
        assertThat(cached.getString("config_epoch")).isEqualTo(answer.getString("config_epoch"));
        verifyTables(manager, service, answer, open);
      }
      verifyHistoryTable(manager);
    }
  }

  private static JsonObject withoutSecrets(JsonObject answer) {
    JsonObject config = answer.getJsonObject("config").copy();
    for (Object entry : answer.getJsonArray("fields")) {
      JsonObject field = (JsonObject) entry;
      if (field.getBoolean("is_secret")) {
        assertThat(config.containsKey(field.getString("key"))).isTrue();
        assertThat(config.remove(field.getString("key"))).isNull();
      }
    }
    return config;
  }

  private static void verifyTables(
      ManagerProcess manager, String service, JsonObject answer, JsonObject open) throws Exception {
    try (Connection connection = connect(manager);
        Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery(
              "SELECT config_json, version, config_epoch, updated_at, updated_by"
                  + " FROM service_configs WHERE service = '"
                  + service
                  + "'")) {
        assertThat(row.next()).isTrue();
        assertThat(canonical(new JsonObject(row.getString(1)))).isEqualTo(canonical(open));
        assertThat(row.getLong(2)).isEqualTo(answer.getLong("version"));
        assertThat(row.getString(3)).isEqualTo(answer.getString("config_epoch"));
        assertThat(OffsetDateTime.parse(row.getString(4)).toInstant())
            .isEqualTo(OffsetDateTime.parse(answer.getString("updated_at")).toInstant());
        assertThat(row.getString(5)).isNotBlank();
      }
      Set<String> keys = new TreeSet<>();
      try (ResultSet row =
          statement.executeQuery(
              "SELECT id, key, value_json, type, complexity, description, help_text, examples,"
                  + " is_secret, updated_at, updated_by FROM config_items WHERE service = '"
                  + service
                  + "'")) {
        while (row.next()) {
          keys.add(row.getString("key"));
          Object value =
              new JsonObject("{\"v\":" + row.getString("value_json") + "}").getValue("v");
          if (row.getInt("is_secret") == 1) {
            assertThat(value).isNull();
          } else {
            assertThat(canonical(new JsonObject().put("v", value)))
                .as(row.getString("key"))
                .isEqualTo(
                    canonical(new JsonObject().put("v", open.getValue(row.getString("key")))));
          }
        }
      }
      Set<String> expected = new TreeSet<>();
      answer.getJsonArray("fields").forEach(f -> expected.add(((JsonObject) f).getString("key")));
      assertThat(keys).isEqualTo(expected);
    }
  }

  private static void verifyHistoryTable(ManagerProcess manager) throws Exception {
    List<String> rows = new ArrayList<>();
    try (Connection connection = connect(manager);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT service, key, old_value_json, new_value_json, changed_at, changed_by,"
                    + " change_reason FROM config_history WHERE service = 'router' ORDER BY id")) {
      while (row.next()) {
        rows.add(row.getString(2) + " " + row.getString(3) + " " + row.getString(4));
      }
    }
    assertThat(rows)
        .contains(
            "router_wake_ack_text \"Yes?\" \"Ä \\\"ja\\\"?\\n\"",
            "router_wake_ack_text \"Ä \\\"ja\\\"?\\n\" \"Yes?\"",
            "router_wake_window_sec 8 9.5")
        .hasSize(3);
  }

  private static Connection connect(ManagerProcess manager) throws Exception {
    return DriverManager.getConnection(
        "jdbc:sqlite:file:" + manager.data("config.db") + "?mode=ro");
  }

  private static JsonObject lkg(ManagerProcess manager) throws Exception {
    return new JsonObject(Files.readString(manager.data("config.lkg.json")));
  }

  private static void verifyLkg(ManagerProcess manager) throws Exception {
    String text = Files.readString(manager.data("config.lkg.json"));
    assertThat(text).isEqualTo(canonical(new JsonObject(text)));
    JsonObject file = new JsonObject(text);
    assertThat(file.fieldNames()).containsExactlyInAnyOrder("algorithm", "payload", "signature");
    assertThat(file.getString("algorithm")).isEqualTo("hmac-sha256");
    assertThat(file.getString("signature"))
        .isEqualTo(hmac(manager, canonical(file.getJsonObject("payload"))));

    await().ignoreExceptions().until(() -> epochFile(manager).getLong("revision") == 4);
    JsonObject epochFile = epochFile(manager);
    String claimed = (String) epochFile.remove("hmac");
    assertThat(claimed).isEqualTo(hmac(manager, canonical(epochFile)));
    assertThat(epochFile.fieldNames())
        .containsExactlyInAnyOrder(
            "audit_id",
            "audit_mac",
            "config_epoch",
            "schema_version",
            "created_at",
            "last_rebuild",
            "updated_at",
            "ok",
            "database_status",
            "operational_mode",
            "revision");
    assertThat(epochFile.getString("config_epoch"))
        .isEqualTo(file.getJsonObject("payload").getString("config_epoch"));
  }

  private static JsonObject epochFile(ManagerProcess manager) throws Exception {
    return new JsonObject(Files.readString(manager.data("health+epoch.json")));
  }

  private static String hmac(ManagerProcess manager, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(
        new SecretKeySpec(
            Base64.getDecoder().decode(manager.dotenv("LKG_HMAC_KEY_BASE64")), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
  }

  private static String canonical(JsonObject json) throws Exception {
    return new JsonCanonicalizer(json.encode()).getEncodedString();
  }
}
