package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that was put back, and its acceptance. */
class AcceptEpochIT {
  private static final String UUID_V4 =
      "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

  @TempDir Path folder;
  private ManagerProcess manager;
  private Path database;
  private Path epochFile;
  private String epoch;
  private byte[] older;

  /** A manager that is stopped, whose camera is at version 4, and its database as of version 2. */
  @BeforeEach
  void prepare() throws Exception {
    manager = ManagerProcess.start(folder);
    database = manager.data("config.db");
    epochFile = manager.data("health+epoch.json");
    Vault.ok(manager.patch("camera", 1, "{\"fps\":20}"));
    Vault.ok(Vault.put(manager, "tts-worker", "eleven_api_key", "sesame-open"));
    manager.terminate();
    older = Files.readAllBytes(database);
    manager.startAgain();
    Vault.ok(manager.patch("camera", 2, "{\"fps\":21}"));
    Vault.ok(manager.patch("camera", 3, "{\"fps\":22}"));
    epoch = health().getString("config_epoch");
    manager.terminate();
  }

  @AfterEach
  void stop() {
    manager.close();
  }

  @Test
  void accept_databasePutBack_servesOnInANewEpoch() throws Exception {
    Files.write(database, older);
    final byte[] recorded = Files.readAllBytes(epochFile);

    Command shown = Command.run(manager, "restore");
    assertThat(shown.exitCode()).as(shown.text()).isEqualTo(1);
    assertThat(shown.out())
        .contains("Not in the database: revisions 4 to 5", "  camera: version 2 of ")
        .contains("here, version 4 of ")
        .contains("holdfast restore --accept-epoch")
        .doesNotContain("sesame-open");
    assertThat(Files.readAllBytes(epochFile)).as("only shown").isEqualTo(recorded);

    manager.startAgain();
    assertReadOnly("database-behind");
    assertThat(manager.service("camera").getLong("version")).isEqualTo(2);
    Command refused = Command.run(manager, "restore", "--accept-epoch");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .contains("config.db.lock: held by another manager (process " + manager.pid() + ")");
    assertThat(refused.out()).isEmpty();
    manager.terminate();

    String accepted = accept();
    assertThat(Command.succeed(manager, "restore").out()).contains("Nothing to accept");
    Command.succeed(manager, "audit", "verify");
    manager.startAgain();
    assertServes(accepted);
    assertThat(Files.readString(epochFile)).contains(accepted);
    assertThat(Vault.select(database, "SELECT DISTINCT config_epoch FROM service_configs"))
        .containsExactly(accepted);
    JsonObject entry =
        Vault.ok(manager.call("GET", "/api/config/audit?action=restore.accept", admin(), null))
            .getJsonArray("entries")
            .getJsonObject(0);
    assertThat(entry.getString("user_id")).isEqualTo("system");
    assertThat(entry.getString("reason")).contains("revision 3 of epoch " + epoch, accepted);
    assertThat(
            Vault.ok(Vault.reveal(manager, admin(), "tts-worker", "eleven_api_key", "look"))
                .getString("value"))
        .isEqualTo("sesame-open");
    try (EventStream events = new EventStream(manager, "", epoch + "/5")) {
      await().until(() -> !events.of("reset").isEmpty());
      assertThat(events.of("reset").get(0).data()).contains(accepted);
    }
    await()
        .untilAsserted(
            () ->
                assertThat(Files.readString(manager.data("config.lkg.json")))
                    .as("replaced though its revision was higher")
                    .contains(accepted)
                    .doesNotContain(epoch));
  }

  @Test
  void accept_epochFileAltered_servesOnInANewEpoch() throws Exception {
    String text = Files.readString(epochFile);
    Files.writeString(epochFile, text.replace("\"revision\":5", "\"revision\":4"));
    manager.startAgain();
    assertReadOnly("epoch-file-invalid");
    manager.terminate();

    Command shown = Command.run(manager, "restore");
    assertThat(shown.exitCode()).isEqualTo(1);
    assertThat(shown.out()).contains("not to be believed: its hmac does not match");
    String accepted = accept();
    manager.startAgain();
    assertThat(manager.service("camera").getLong("version")).isEqualTo(4);
    assertThat(health().getString("config_epoch")).isEqualTo(accepted);
    assertThat(health().getBoolean("ok")).isTrue();
  }

  @Test
  void accept_epochFileLost_isDoneThoughAStartWouldGoOn() throws Exception {
    Files.delete(epochFile);
    assertThat(Command.succeed(manager, "restore").out()).contains("Nothing records");
    assertThat(epochFile).doesNotExist();
    String accepted = accept();
    manager.startAgain();
    assertThat(health().getString("config_epoch")).isEqualTo(accepted);
  }

  @Test
  void accept_killedBeforeTheEpochFile_worksWhenRunAgain() throws Exception {
    Files.write(database, older);
    final byte[] recorded = Files.readAllBytes(epochFile);

    killedAtTheFirstRename();

    String halfway = storedEpoch();
    assertThat(halfway).as("the database has its new epoch").isNotEqualTo(epoch).matches(UUID_V4);
    assertThat(Files.readAllBytes(epochFile)).as("its record is the old one").isEqualTo(recorded);
    manager.startAgain();
    assertReadOnly("database-other-epoch");
    manager.terminate();
    String accepted = accept();
    assertThat(accepted).isNotEqualTo(halfway);
    manager.startAgain();
    assertServes(accepted);
  }

  @Test
  void accept_alteredSetting_isRefusedAndChangesNothing() throws Exception {
    Files.write(database, older);
    Vault.execute(
        database,
        "UPDATE service_configs SET config_json = replace(config_json, '20', '19')"
            + " WHERE service = 'camera'");
    final byte[] recorded = Files.readAllBytes(epochFile);

    Command refused = Command.run(manager, "restore", "--accept-epoch");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .contains("service camera", "cannot be accepted")
        .doesNotContain("\tat");
    assertThat(storedEpoch()).isEqualTo(epoch);
    assertThat(Files.readAllBytes(epochFile)).isEqualTo(recorded);
  }

  @Test
  void accept_recordedDatabase_changesNothing() throws Exception {
    assertThat(Command.succeed(manager, "restore", "--accept-epoch").out())
        .contains("Nothing to accept");
    assertThat(storedEpoch()).isEqualTo(epoch);
    Files.delete(database);
    Command none = Command.run(manager, "restore", "--accept-epoch");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("There is no database");
    assertThat(database).doesNotExist();
  }

  /** Accepts; gives the new epoch. */
  private String accept() throws Exception {
    Command accepted = Command.succeed(manager, "restore", "--accept-epoch");
    String stored = storedEpoch();
    assertThat(stored).isNotEqualTo(epoch).matches(UUID_V4);
    assertThat(accepted.out()).contains("Accepted: epoch " + stored + " at revision ");
    return stored;
  }

  private String storedEpoch() throws Exception {
    return Vault.select(database, "SELECT epoch FROM meta").get(0);
  }

  /** Runs the acceptance up to where the temporary file would become the epoch file. */
  private void killedAtTheFirstRename() throws Exception {
    String inject = "inject=rename,renameat,renameat2:signal=SIGKILL:when=1";
    ProcessBuilder builder =
        new ProcessBuilder(
                ManagerProcess.require("strace").toString(),
                "-f",
                "-o",
                folder.resolve("strace.txt").toString(),
                "-e",
                "trace=rename,renameat,renameat2",
                "-e",
                inject,
                ManagerProcess.JAVA,
                "-XX:TieredStopAtLevel=1",
                "-jar",
                ManagerProcess.JAR.toString(),
                "restore",
                "--accept-epoch")
            .directory(folder.toFile());
    ManagerProcess.cleanEnvironment(builder);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("killed.txt").toFile());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue())
          .as(ManagerProcess.text(folder.resolve("killed.txt")))
          .isNotZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private void assertReadOnly(String event) throws Exception {
    await().untilAsserted(() -> assertThat(health().getString("event")).isEqualTo(event));
    assertThat(health().getString("operational_mode")).isEqualTo("read-only-fallback");
    assertThat(health().getString("err")).contains("holdfast restore --accept-epoch");
    HttpResponse<String> write = manager.patch("camera", 2, "{\"fps\":25}");
    assertThat(write.statusCode()).as(write.body()).isEqualTo(503);
  }

  /** The older database, in its new epoch, takes changes. */
  private void assertServes(String accepted) throws Exception {
    JsonObject health = health();
    assertThat(health.getBoolean("ok")).as(health.encode()).isTrue();
    assertThat(health.getString("operational_mode")).isEqualTo("normal");
    assertThat(health.getString("config_epoch")).isEqualTo(accepted);
    JsonObject camera = manager.service("camera");
    assertThat(camera.getLong("version")).isEqualTo(2);
    assertThat(camera.getString("config_epoch")).isEqualTo(accepted);
    assertThat(camera.getJsonObject("config").getInteger("fps")).isEqualTo(20);
    Vault.ok(manager.patch("camera", 2, "{\"fps\":25}"));
    assertThat(manager.service("camera").getLong("version")).isEqualTo(3);
  }

  private JsonObject health() throws Exception {
    return Vault.ok(manager.call("GET", "/api/config/health", null, null));
  }

  private String admin() throws Exception {
    return manager.admin();
  }
}
