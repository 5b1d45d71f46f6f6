package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are not the ones the secrets were sealed with. */
class WrongKeyIT {
  private static final String KEY = "CONFIG_MASTER_KEY_BASE64";
  private static final String OLD_KEY = "CONFIG_MASTER_KEY_OLD_BASE64";

  @TempDir Path folder;
  private ManagerProcess manager;

  @AfterEach
  void stop() {
    if (manager != null) {
      manager.close();
    }
  }

  @Test
  void rotation_unknownOldKey_namesTheSecretsAndServesOn() throws Exception {
    ManySecrets secrets = new ManySecrets(folder, 4, 3);
    manager = secrets.manager;
    secrets.start();
    String lostId = manager.dotenv("CONFIG_MASTER_KEY_ID");
    Command.succeed(manager, "rotate", "master");
    manager.terminate();
    String good = Files.readString(folder.resolve(".env"));

    Files.writeString(
        folder.resolve(".env"),
        good.replace(manager.dotenv(OLD_KEY), randomKey())
            .replace(lostId, UUID.randomUUID().toString()));
    manager.startAgain();
    await().until(() -> Vault.status(manager).getJsonArray("faults").size() == 12);
    assertThat(Vault.status(manager).getJsonArray("faults").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("service", "vault-0")
                .put("key", "key_0")
                .put("key_id", lostId)
                .put("fault", "unknown-key"));
    assertThat(Vault.config(manager, manager.reader(), "vault-1").getString("key_1"))
        .isEqualTo(Vault.MASK);
    HttpResponse<String> clear =
        manager.call("GET", "/api/config/services/vault-1", secrets.tokens.of("vera"), null);
    assertThat(Vault.ok(clear).getJsonObject("config").getString("key_1")).isEqualTo(Vault.MASK);
    assertThat(Vault.ok(clear).getJsonObject("secret_faults").getString("key_1"))
        .isEqualTo("unknown-key");
    assertThat(Vault.reveal(manager, manager.admin(), "vault-1", "key_1", "look").statusCode())
        .isEqualTo(500);
    Vault.ok(Vault.put(manager, "vault-1", "key_1", "set anew"));
    assertThat(Vault.config(manager, secrets.tokens.of("vera"), "vault-1").getString("key_1"))
        .isEqualTo("set anew");
    await().until(() -> Vault.status(manager).getJsonArray("faults").size() == 11);
    Command status = Command.run(manager, "secrets", "status");
    assertThat(status.exitCode()).as(status.text()).isEqualTo(1);
    assertThat(status.text()).contains(lostId);
    Vault.ok(manager.patch("router", 1, "{\"router_wake_ack_text\":\"Still here\"}"));
    manager.terminate();

    Files.writeString(folder.resolve(".env"), good);
    manager.startAgain();
    secrets.expected.get("vault-1").put("key_1", "set anew");
    await().until(() -> Vault.status(manager).getInteger("waiting") == 0);
    assertThat(Vault.status(manager).getJsonArray("faults")).isEmpty();
    secrets.allReadable();
    manager.terminate();

    wrongBytes(good, KEY, "CONFIG_MASTER_KEY_ID");
    wrongBytes(good, OLD_KEY, "CONFIG_MASTER_KEY_OLD_ID");
  }

  private void wrongBytes(String good, String key, String id) throws Exception {
    Path env = folder.resolve(".env");
    Files.writeString(env, good);
    String keyId = manager.dotenv(id);
    Files.writeString(env, good.replace(manager.dotenv(key), randomKey()));
    String wrong = manager.dotenv(key);
    Files.deleteIfExists(manager.log());
    manager.launch();
    assertThat(manager.awaitExit()).isEqualTo(78);
    assertThat(ManagerProcess.text(manager.log())).contains(keyId).doesNotContain(wrong);
    Files.writeString(env, good);
  }

  private static String randomKey() {
    return Base64.getEncoder()
        .encodeToString(UUID.randomUUID().toString().substring(4).getBytes(UTF_8));
  }
}
