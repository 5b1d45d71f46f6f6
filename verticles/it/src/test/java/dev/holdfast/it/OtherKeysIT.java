package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HMAC key and the signature key are changed. */
class OtherKeysIT {
  private static final String TOPIC = "system/config/router";

  @TempDir Path folder;

  @Test
  void rotateHmac_cacheEpochFileAndAudit_areCarriedOver() throws Exception {
    Tokens.write(folder);
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      Vault.ok(manager.patch("router", 1, "{\"router_wake_ack_text\":\"before\"}"));
      Vault.ok(Vault.put(manager, "camera", "stream_token", "sesame"));
      String oldKey = manager.dotenv("LKG_HMAC_KEY_BASE64");
      String oldId = manager.dotenv("LKG_HMAC_KEY_ID");
      String epoch = manager.service("router").getString("config_epoch");
      String said = Command.succeed(manager, "rotate", "hmac").text();
      String newKey = manager.dotenv("LKG_HMAC_KEY_BASE64");
      assertThat(newKey).isNotEqualTo(oldKey);
      assertThat(manager.dotenv("LKG_HMAC_KEY_OLD_BASE64")).isEqualTo(oldKey);
      assertThat(manager.dotenv("LKG_HMAC_KEY_OLD_ID")).isEqualTo(oldId);
      assertThat(said).doesNotContain(newKey).doesNotContain(oldKey);
      manager.terminate();
      assertThat(verifies(manager, oldKey)).as("not made anew yet").isTrue();

      manager.startAgain();
      await().atMost(Duration.ofSeconds(5)).until(() -> verifies(manager, newKey));
      assertThat(verifies(manager, oldKey)).isFalse();
      assertThat(lkg(manager).getJsonObject("payload").getString("key_id"))
          .isEqualTo(manager.dotenv("LKG_HMAC_KEY_ID"));
      await().atMost(Duration.ofSeconds(5)).until(() -> epochFileVerifies(manager, newKey));
      assertThat(manager.service("router").getString("config_epoch")).isEqualTo(epoch);
      JsonObject health = Vault.ok(manager.get("/api/config/health"));
      assertThat(health.getBoolean("ok")).as(health.encode()).isTrue();
      assertThat(health.getBoolean("lkg_cache_valid")).isTrue();
      Vault.ok(manager.patch("router", 2, "{\"router_wake_ack_text\":\"after\"}"));
      manager.terminate();
      assertThat(Command.succeed(manager, "audit", "verify").text()).isNotBlank();

      String env = Files.readString(folder.resolve(".env"));
      Files.writeString(folder.resolve(".env"), env.replaceAll("(?m)^LKG_HMAC_KEY_OLD_.*\n", ""));
      manager.startAgain();
      assertThat(manager.service("router").getLong("version")).isEqualTo(3);
      assertThat(Vault.ok(manager.get("/api/config/health")).getBoolean("ok")).isTrue();
    }
  }

  @Test
  void rotateSignature_messages_verifyUnderTheNewKeyThatTheOldOneEndorses() throws Exception {
    String openssl = ManagerProcess.require("openssl").toString();
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      JsonObject before;
      try (Subscriber subscriber = new Subscriber(manager.mqttPort, TOPIC)) {
        await().until(() -> subscriber.version("router") == 1);
        before = subscriber.message(TOPIC);
      }
      JsonObject oldKey = keys(manager).getJsonObject(0);
      assertThat(keys(manager)).hasSize(1);
      String secret = manager.dotenv("CONFIG_SIGNATURE_PRIVATE_KEY");
      String said = Command.succeed(manager, "rotate", "signature").text();
      assertThat(manager.dotenv("CONFIG_SIGNATURE_PRIVATE_KEY")).isNotEqualTo(secret);
      assertThat(said).doesNotContain("PRIVATE KEY");
      manager.terminate();
      manager.startAgain();

      JsonArray keys = keys(manager);
      assertThat(keys).hasSize(2);
      JsonObject newKey = keys.getJsonObject(0);
      assertThat(newKey.getBoolean("signing")).isTrue();
      assertThat(keys.getJsonObject(1).getBoolean("signing")).isFalse();
      assertThat(keys.getJsonObject(1).getString("id")).isEqualTo(oldKey.getString("id"));
      assertThat(keys.getJsonObject(1).getString("public_key"))
          .isEqualTo(oldKey.getString("public_key"));
      Receiver old = new Receiver(oldKey.getString("public_key"));
      Receiver recent = new Receiver(newKey.getString("public_key"));
      JsonObject endorsement = newKey.getJsonObject("endorsement");
      String text =
          String.join(
              "|",
              "holdfast-endorsement",
              oldKey.getString("id"),
              newKey.getString("id"),
              endorsement.getString("since"));
      assertThat(endorsement.getString("by")).isEqualTo(oldKey.getString("id"));
      assertThat(newKey.getString("valid_from")).isEqualTo(endorsement.getString("since"));
      assertThat(old.verify(text, endorsement.getString("signature"))).isTrue();
      assertThat(old.verify(text + "0", endorsement.getString("signature"))).isFalse();

      try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/#");
          EventStream stream = new EventStream(manager, "", null)) {
        await().until(() -> subscriber.newest.size() == 7);
        for (Map.Entry<String, String> each : subscriber.newest.entrySet()) {
          assertThat(recent.receive(each.getKey(), each.getValue().getBytes(UTF_8), Instant.now()))
              .as(each.getKey())
              .isNull();
        }
        JsonObject after = subscriber.message(TOPIC);
        assertThat(after.getLong("version")).isEqualTo(1);
        assertThat(old.verify(Receiver.signedText(after), after.getString("signature"))).isFalse();
        String signedBefore = Receiver.signedText(before);
        assertThat(old.verify(signedBefore, before.getString("signature")))
            .as("what was signed before still verifies with a key of GET /keys")
            .isTrue();
        verifyByOpenssl(openssl, newKey, Receiver.signedText(after), after.getString("signature"));
        verifyByOpenssl(openssl, oldKey, signedBefore, before.getString("signature"));
        verifyByOpenssl(openssl, oldKey, text, endorsement.getString("signature"));
        Vault.ok(manager.patch("router", 1, "{\"router_wake_ack_text\":\"new\"}"));
        await().until(() -> stream.of("config").size() == 1);
        String event = stream.of("config").get(0).data();
        assertThat(recent.receive(TOPIC, event.getBytes(UTF_8), Instant.now())).isNull();
      }
    }
  }

  private void verifyByOpenssl(String openssl, JsonObject key, String text, String signature)
      throws Exception {
    Path pem = Files.writeString(folder.resolve("key.pem"), key.getString("public_key"));
    Path signed = Files.writeString(folder.resolve("text"), text);
    Path bytes = Files.write(folder.resolve("signature"), Base64.getDecoder().decode(signature));
    String[] command = {
      openssl,
      "pkeyutl",
      "-verify",
      "-pubin",
      "-inkey",
      pem.toString(),
      "-rawin",
      "-in",
      signed.toString(),
      "-sigfile",
      bytes.toString()
    };
    assertThat(ManagerProcess.run(folder, command)).contains("Signature Verified Successfully");
  }

  private static JsonArray keys(ManagerProcess manager) throws Exception {
    return Vault.ok(manager.call("GET", "/api/config/keys", null, null)).getJsonArray("keys");
  }

  private static JsonObject lkg(ManagerProcess manager) throws Exception {
    return new JsonObject(Files.readString(manager.data("config.lkg.json")));
  }

  private static boolean verifies(ManagerProcess manager, String key) throws Exception {
    JsonObject file = lkg(manager);
    return file.getString("signature").equals(hmac(key, file.getJsonObject("payload")));
  }

  private static boolean epochFileVerifies(ManagerProcess manager, String key) throws Exception {
    JsonObject file = new JsonObject(Files.readString(manager.data("health+epoch.json")));
    return file.remove("hmac").equals(hmac(key, file));
  }

  private static String hmac(String key, JsonObject members) throws Exception {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
      String canonical = new JsonCanonicalizer(members.encode()).getEncodedString();
      return HexFormat.of().formatHex(mac.doFinal(canonical.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
