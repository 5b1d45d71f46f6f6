package dev.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.Codecs;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineRoomsTest {
  @TempDir Path folder;

  @Test
  void offline_afterARun_findsAWholeLogAndNoSecrets() throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("CONFIG_ENV_FILE", folder.resolve(".env").toString());
    environment.put("CONFIG_DB_PATH", folder.resolve("data/config.db").toString());
    environment.put("CONFIG_MANAGER_PORT", freePort());
    environment.put("CONFIG_EMBEDDED_MQTT_PORT", freePort());
    Bootstrap.Prepared prepared = Bootstrap.prepare(Layers.read(environment));
    Vertx vertx = Vertx.vertx();
    Codecs.register(vertx);
    Manager manager = new Manager(vertx, prepared);
    manager
        .start()
        .eventually(manager::stop)
        .eventually(vertx::close)
        .toCompletionStage()
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);

    Set<String> before = Set.of(folder.resolve("data").toFile().list());
    Offline offline = new OfflineRooms();
    assertThat(offline.secrets(prepared.settings().databasePath()).secrets()).isEmpty();
    Offline.Audit audit =
        offline.audit(
            prepared.settings().databasePath(), prepared.settings().epochPath(), prepared.values());
    assertThat(audit.fault()).isNull();
    assertThat(audit.recorded()).isNull();
    assertThat(audit.verified()).isPositive();
    assertThat(folder.resolve("data").toFile().list())
        .as("nothing new but SQLite's own companions of the database")
        .filteredOn(name -> !name.matches("config\\.db-(wal|shm)"))
        .containsExactlyInAnyOrderElementsOf(before);
    assertThat(new SecretsFiles(Layers.read(environment), offline).masterKeys().lost()).isEmpty();

    Path junk = Files.writeString(folder.resolve("junk"), "{}");
    assertThat(
            offline.audit(prepared.settings().databasePath(), junk, prepared.values()).recorded())
        .isNotNull();
    assertThatThrownBy(() -> offline.secrets(junk)).isInstanceOf(BusFailure.class);
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return Integer.toString(socket.getLocalPort());
    }
  }
}
