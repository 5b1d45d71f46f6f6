package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushIT {
  private static final String TOPIC = "system/config/stt-worker";

  @TempDir Path folder;
  private ManagerProcess manager;

  @BeforeEach
  void start() throws Exception {
    manager = ManagerProcess.start(folder);
  }

  @AfterEach
  void stop() throws Exception {
    manager.close();
  }

  @Test
  void put_accepted_reachesMqttAndSseSignedAndEqual() throws Exception {
    try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/#");
        EventStream stream = new EventStream(manager, "", null)) {
      await().until(() -> subscriber.newest.size() == 7);
      assertThat(manager.patch("stt-worker", 1, "{\"vad_threshold\":0.7}").statusCode())
          .isEqualTo(200);
      await().atMost(Duration.ofSeconds(2)).until(() -> subscriber.version("stt-worker") == 2);
      await().atMost(Duration.ofSeconds(2)).until(() -> stream.of("config").size() == 1);

      JsonObject message = subscriber.message(TOPIC);
      assertThat(message.fieldNames())
          .containsExactlyInAnyOrder(
              "service", "config", "version", "config_epoch", "checksum", "issued_at", "signature");
      assertThat(message.getJsonObject("config").getDouble("vad_threshold")).isEqualTo(0.7);
      assertThat(message.getString("config_epoch"))
          .isEqualTo(manager.service("stt-worker").getString("config_epoch"));

      Receiver receiver = new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
      assertThat(
              receiver.receive(TOPIC, subscriber.newest.get(TOPIC).getBytes(UTF_8), Instant.now()))
          .isNull();
      EventStream.Event event = stream.of("config").get(0);
      Receiver other = new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
      assertThat(other.receive(TOPIC, event.data().getBytes(UTF_8), Instant.now())).isNull();
      assertThat(event.id()).isEqualTo(message.getString("config_epoch") + "/2");
    }
  }

  @Test
  void update_byOpenssl_verifiesFromTheBytesAndThePublicKey() throws Exception {
    ManagerProcess.require("openssl");
    try (Subscriber subscriber = new Subscriber(manager.mqttPort, TOPIC)) {
      await().until(() -> subscriber.version("stt-worker") == 1);
      JsonObject message = subscriber.message(TOPIC);
      Path text = Files.writeString(folder.resolve("text"), Receiver.signedText(message));
      Path signature =
          Files.write(
              folder.resolve("signature"),
              Base64.getDecoder().decode(message.getString("signature")));
      Path key =
          Files.writeString(
              folder.resolve("key.pem"), manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
      String[] command = {
        "openssl",
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        key.toString(),
        "-rawin",
        "-in",
        text.toString(),
        "-sigfile",
        signature.toString()
      };
      assertThat(ManagerProcess.run(folder, command)).contains("Signature Verified Successfully");
      Files.writeString(text, Receiver.signedText(message) + " ");
      Process refused = new ProcessBuilder(command).redirectErrorStream(true).start();
      refused.getInputStream().readAllBytes();
      assertThat(refused.waitFor()).isNotZero();
    }
  }

  @Test
  void update_alteredInAnyWay_isRefusedByAReceiver() throws Exception {
    try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/#")) {
      await().until(() -> subscriber.newest.size() == 7);
      byte[] good = subscriber.newest.get(TOPIC).getBytes(UTF_8);
      String key = manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY");
      Instant now = Instant.now();
      assertThat(new Receiver(key).receive(TOPIC, good, now)).isNull();

      assertThat(new Receiver(key).receive("system/config/router", good, now)).isEqualTo("topic");
      assertThat(new Receiver(key).receive(TOPIC, new byte[0], now)).isEqualTo("empty");
      assertThat(new Receiver(key).receive(TOPIC, good, now.plusSeconds(301))).isEqualTo("stale");
      assertThat(new Receiver(key).receive(TOPIC, good, now.minusSeconds(301))).isEqualTo("stale");
      Receiver holding = new Receiver(key);
      assertThat(holding.receive(TOPIC, good, now)).isNull();
      assertThat(holding.receive(TOPIC, good, now)).isEqualTo("version");

      JsonObject message = new JsonObject(new String(good, UTF_8));
      List<JsonObject> forged = new ArrayList<>();
      forged.add(message.copy().put("version", 2));
      forged.add(message.copy().put("version", 1.5));
      forged.add(message.copy().put("service", "stt-worker|x"));
      forged.add(message.copy().put("config_epoch", "11111111-1111-4111-8111-111111111111"));
      forged.add(message.copy().put("issued_at", "2026-01-01T00:00:00+00:00"));
      forged.add(message.copy().put("signature", Base64.getEncoder().encodeToString(new byte[64])));
      forged.add(message.copy().put("extra", 1));
      JsonObject config = message.getJsonObject("config").copy().put("vad_threshold", 0.9);
      forged.add(message.copy().put("config", config));
      forged.add(
          message.copy().put("config", config).put("checksum", Receiver.sha256(config.encode())));
      forged.add(
          new JsonObject(subscriber.newest.get("system/config/router"))
              .put("service", "stt-worker"));
      for (JsonObject forgery : forged) {
        assertThat(new Receiver(key).receive(TOPIC, forgery.encode().getBytes(UTF_8), now))
            .as(forgery.encode())
            .isNotNull();
      }
      Random random = new Random(11);
      for (int i = 0; i < 2_000; i++) {
        byte[] flipped = good.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        assertThat(new Receiver(key).receive(TOPIC, flipped, now))
            .as(new String(flipped, UTF_8))
            .isNotNull();
      }
    }
  }

  @Test
  void restart_newBrokerMemory_newestStateOfEachServiceIsRetainedAgain() throws Exception {
    assertThat(manager.patch("router", 1, "{\"router_wake_ack_text\":\"Ja?\"}").statusCode())
        .isEqualTo(200);
    manager.kill();
    manager.startAgain();
    try (Subscriber late = new Subscriber(manager.mqttPort, "system/config/#")) {
      await().until(() -> late.newest.size() == 7 && late.version("router") == 2);
    }
  }

  @Test
  void delete_service_clearsItsRetainedMessageAndSendsATombstone() throws Exception {
    try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/#");
        EventStream stream = new EventStream(manager, "?services=camera,router", null)) {
      await().until(() -> subscriber.newest.size() == 7);
      String path = "/api/config/services/camera";
      var deleted = manager.call("DELETE", path + "?version=1", manager.admin(), null);
      assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(200);
      assertThat(manager.get(path).statusCode()).isEqualTo(404);
      await().until(() -> subscriber.newest.get("system/config/camera").isEmpty());
      await().until(() -> stream.of("deleted").size() == 1);
      JsonObject tombstone = new JsonObject(stream.of("deleted").get(0).data());
      assertThat(tombstone.fieldNames())
          .containsExactlyInAnyOrder(
              "service", "version", "config_epoch", "issued_at", "signature");
      Receiver receiver = new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
      assertThat(
              receiver.verify(
                  String.join(
                      "|",
                      "deleted",
                      "camera",
                      String.valueOf(tombstone.getValue("version")),
                      tombstone.getString("config_epoch"),
                      tombstone.getString("issued_at")),
                  tombstone.getString("signature")))
          .isTrue();
      manager.terminate();
      manager.startAgain();
      assertThat(manager.get(path).statusCode()).as("not seeded again").isEqualTo(404);
      var made = manager.call("PUT", path, manager.admin(), "{\"version\":0,\"config\":{}}");
      assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
      assertThat(new JsonObject(made.body()).getLong("version"))
          .isGreaterThan(tombstone.getLong("version"));
    }
  }

  @Test
  void events_lastEventId_resumesWithoutGapOrRepeat() throws Exception {
    String id;
    try (EventStream stream = new EventStream(manager, "", null)) {
      manager.patch("router", 1, "{\"router_wake_ack_text\":\"a\"}");
      await().until(() -> stream.of("config").size() == 1);
      id = stream.lastId;
    }
    manager.patch("router", 2, "{\"router_wake_ack_text\":\"b\"}");
    manager.patch("router", 3, "{\"router_wake_ack_text\":\"c\"}");
    manager.patch("camera", 1, firstChange());
    manager.terminate();
    manager.startAgain();
    try (EventStream stream = new EventStream(manager, "", id)) {
      await().until(() -> stream.of("config").size() == 2);
      assertThat(stream.of("config"))
          .extracting(event -> new JsonObject(event.data()).getString("service"))
          .containsExactly("router", "camera");
      assertThat(new JsonObject(stream.of("config").get(0).data()).getLong("version")).isEqualTo(4);
      assertThat(stream.of("reset")).isEmpty();
      Receiver receiver = new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
      for (EventStream.Event event : stream.of("config")) {
        String service = new JsonObject(event.data()).getString("service");
        assertThat(
                receiver.receive(
                    "system/config/" + service, event.data().getBytes(UTF_8), Instant.now()))
            .isNull();
      }
    }
    try (EventStream stream =
        new EventStream(manager, "", "11111111-1111-4111-8111-111111111111/3")) {
      await().until(() -> stream.of("reset").size() == 1);
    }
    try (EventStream stream = new EventStream(manager, "", id.replaceAll("/.*", "/999"))) {
      await().until(() -> stream.of("reset").size() == 1);
    }
  }

  private String firstChange() throws Exception {
    for (Object entry : manager.service("camera").getJsonArray("fields")) {
      JsonObject field = (JsonObject) entry;
      if (field.getString("type").equals("boolean")) {
        return new JsonObject().put(field.getString("key"), !field.getBoolean("default")).encode();
      }
    }
    throw new AssertionError("camera has no boolean setting");
  }

  @Test
  void embeddedBroker_foreignPublisher_cannotSpeakForTheManager() throws Exception {
    try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/#")) {
      await().until(() -> subscriber.version("stt-worker") == 1);
      await().until(() -> subscriber.newest.containsKey("system/health/config-manager"));
      try (Subscriber rogue = new Subscriber(manager.mqttPort, "other/#")) {
        for (String topic : List.of(TOPIC, "system/config/new", "system/health/config-manager")) {
          rogue
              .client()
              .toAsync()
              .publishWith()
              .topic(topic)
              .qos(MqttQos.AT_MOST_ONCE)
              .retain(true)
              .payload("rogue".getBytes(UTF_8))
              .send();
        }
        rogue.client().publishWith().topic("other/topic").payload("fine".getBytes(UTF_8)).send();
        await().until(() -> rogue.newest.containsKey("other/topic"));
      }
      try (Subscriber late = new Subscriber(manager.mqttPort, "system/#")) {
        await().until(() -> late.version("stt-worker") == 1);
        assertThat(late.newest.values()).noneMatch("rogue"::equals);
        assertThat(subscriber.newest.values()).noneMatch("rogue"::equals);
      }
    }
  }

  @Test
  void stop_manager_saysGoodbye() throws Exception {
    try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/health/config-manager")) {
      String topic = "system/health/config-manager";
      await().until(() -> subscriber.message(topic) != null);
      assertThat(subscriber.message(topic).getBoolean("ok")).isTrue();
      assertThat(subscriber.message(topic).fieldNames())
          .contains(
              "ok",
              "database_status",
              "operational_mode",
              "config_epoch",
              "schema_version",
              "lkg_cache_valid",
              "litestream_status",
              "last_backup",
              "event",
              "err");
      manager.terminate();
      await().until(() -> !subscriber.message(topic).getBoolean("ok"));
    }
  }
}
