package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstRunIT {
  private static final List<String> SEVEN =
      List.of(
          "camera",
          "llm-worker",
          "memory-worker",
          "router",
          "stt-worker",
          "tts-worker",
          "wake-activation");

  @TempDir Path folder;

  @Test
  void run_emptyFolder_servesTheSevenServicesAtTheirDefaults() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      JsonObject list = new JsonObject(manager.get("/api/config/services").body());
      assertThat(list.getJsonArray("services")).isEqualTo(new JsonArray(SEVEN));
      int settings = 0;
      for (String name : SEVEN) {
        JsonObject service = manager.service(name);
        assertThat(service.getInteger("version")).isEqualTo(1);
        for (Object field : service.getJsonArray("fields")) {
          assertThat(((JsonObject) field).getString("source")).isEqualTo("default");
          settings++;
        }
      }
      assertThat(settings).isGreaterThanOrEqualTo(100);
      assertThat(manager.service("stt-worker").getJsonObject("config").getDouble("vad_threshold"))
          .isEqualTo(0.5);
    }
  }

  @Test
  void run_emptyFolder_writesPrivateFilesWhateverTheUmask() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      assertThat(mode(folder.resolve(".env"))).isEqualTo("rw-------");
      assertThat(mode(folder.resolve("data"))).isEqualTo("rwx------");
      assertThat(mode(folder.resolve("data/config"))).isEqualTo("rwx------");
      try (Stream<Path> files = Files.list(folder.resolve("data/config"))) {
        assertThat(files.map(FirstRunIT::mode)).allMatch("rw-------"::equals).hasSizeGreaterThan(3);
      }
      assertThat(manager.dotenv("CONFIG_SIGNATURE_PRIVATE_KEY")).contains("\n");
    }
  }

  @Test
  void run_secondStart_keepsKeysTokensAndVersions() throws Exception {
    String env;
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      assertThat(manager.patch("router", 1, "{\"router_wake_ack_text\":\"Hm?\"}").statusCode())
          .isEqualTo(200);
      manager.terminate();
      env = Files.readString(folder.resolve(".env"));
      manager.startAgain();
      assertThat(Files.readString(folder.resolve(".env"))).isEqualTo(env);
      assertThat(manager.service("router").getInteger("version")).isEqualTo(2);
      assertThat(
              manager.service("router").getJsonObject("config").getString("router_wake_ack_text"))
          .isEqualTo("Hm?");
      assertThat(manager.service("camera").getInteger("version")).isEqualTo(1);
    }
  }

  @Test
  void run_placeholdersAndComments_areFilledInPlace() throws Exception {
    Files.writeString(
        folder.resolve(".env"),
        """
        # mine
        CONFIG_MASTER_KEY_ID=00000000-0000-0000-0000-000000000000
        CONFIG_API_TOKENS=CHANGEME

        # end
        """);
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      List<String> lines = Files.readAllLines(folder.resolve(".env"));
      assertThat(lines.get(0)).isEqualTo("# mine");
      assertThat(lines.get(1))
          .matches("CONFIG_MASTER_KEY_ID=[0-9a-f-]{36}")
          .doesNotContain("00000000-0000");
      assertThat(lines.get(2)).startsWith("CONFIG_API_TOKENS=").doesNotContain("CHANGEME");
      assertThat(lines.subList(3, 5)).containsExactly("", "# end");
      assertThat(manager.get("/api/config/services").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void run_shippedExample_isUsableAsItStands() throws Exception {
    Files.copy(ManagerProcess.ROOT.resolve(".env.example"), folder.resolve(".env"));
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      assertThat(manager.get("/api/config/services").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void run_envFileNotReplaceable_printsTheLinesOnceAndLeavesNothing() throws Exception {
    Path env = Files.createDirectory(folder.resolve("a-folder-in-its-place"));
    ManagerProcess manager =
        ManagerProcess.prepare(folder, Map.of("CONFIG_ENV_FILE", folder + "/missing/.env"));
    manager.launch();
    assertThat(manager.awaitExit()).isEqualTo(78);
    assertThat(Files.readAllLines(manager.out()))
        .anyMatch(line -> line.startsWith("CONFIG_MASTER_KEY_BASE64="))
        .anyMatch(line -> line.startsWith("CONFIG_API_TOKENS="))
        .hasSize(8);
    assertThat(ManagerProcess.text(manager.log())).doesNotContain("PRIVATE KEY-----");
    assertThat(folder.resolve("data")).doesNotExist();
    assertThat(env).isEmptyDirectory();
  }

  @Test
  void run_mismatchedPair_isRefused() throws Exception {
    ManagerProcess manager = ManagerProcess.start(folder);
    manager.close();
    Path other = Files.createDirectory(folder.resolve("other"));
    try (ManagerProcess second = ManagerProcess.start(other)) {
      refused(
          Map.of("CONFIG_SIGNATURE_PUBLIC_KEY", second.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY")),
          "CONFIG_SIGNATURE_PUBLIC_KEY does not belong to CONFIG_SIGNATURE_PRIVATE_KEY");
      refused(
          Map.of("CONFIG_MASTER_KEY_BASE64", second.dotenv("CONFIG_MASTER_KEY_BASE64")),
          manager.dotenv("CONFIG_MASTER_KEY_ID"));
      refused(
          Map.of("LKG_HMAC_KEY_BASE64", second.dotenv("LKG_HMAC_KEY_BASE64")),
          manager.dotenv("LKG_HMAC_KEY_ID"));
    }
    manager.startAgain();
    manager.close();
  }

  @Test
  void run_keyLostOverData_isRefusedAndNothingIsMadeAnew() throws Exception {
    ManagerProcess manager = ManagerProcess.start(folder);
    manager.close();
    Path env = folder.resolve(".env");
    String whole = Files.readString(env);
    for (String key :
        Set.of("CONFIG_MASTER_KEY_BASE64", "LKG_HMAC_KEY_ID", "CONFIG_SIGNATURE_PRIVATE_KEY")) {
      String less = whole.replaceAll("(?m)^" + key + "=.*\n", "");
      Files.writeString(env, less);
      refused(Map.of(), key);
      assertThat(Files.readString(env)).isEqualTo(less);
    }
  }

  @Test
  void run_malformedValue_isRefusedWithNameAndFormButNotTheValue() throws Exception {
    for (String[] bad :
        new String[][] {
          {"CONFIG_MANAGER_PORT", "canary"},
          {"CONFIG_API_TOKENS", "canary-token-without-role"},
          {"CONFIG_API_TOKENS", "canary:config.unknown"},
          {"MQTT_URL", "http://canary"},
          {"CONFIG_MASTER_KEY_BASE64", "canary"},
          {"CONFIG_MASTER_KEY_ID", "canary"},
          {"CONFIG_EMBEDDED_MQTT_HOST", "0.0.0.0"},
        }) {
      String log = refused(Map.of(bad[0], bad[1]), bad[0]);
      assertThat(log).as(bad[0]).doesNotContain("canary");
      assertThat(folder.resolve("data")).doesNotExist();
    }
  }

  @Test
  void run_ambiguousEnvFile_isRefusedWithTheLine() throws Exception {
    Files.writeString(folder.resolve(".env"), "# ok\nCONFIG_MANAGER_HOST=127.0.0.1 # canary\n");
    assertThat(refused(Map.of(), "line 2")).doesNotContain("canary");
    Files.delete(folder.resolve(".env"));
  }

  @Test
  void run_portTaken_endsWithOneLine() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      Path other = Files.createDirectory(folder.resolve("other"));
      try (ManagerProcess second =
          ManagerProcess.prepare(
              other, Map.of("CONFIG_MANAGER_PORT", String.valueOf(manager.port)))) {
        second.launch();
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(ManagerProcess.text(second.log()))
            .contains("Not started: CONFIG_MANAGER_HOST, CONFIG_MANAGER_PORT: cannot listen on")
            .doesNotContain("\tat ");
      }
    }
  }

  private String refused(Map<String, String> environment, String said) throws Exception {
    ManagerProcess manager = ManagerProcess.prepare(folder, environment);
    Files.deleteIfExists(manager.log());
    try (manager) {
      manager.launch();
      assertThat(manager.awaitExit()).as(ManagerProcess.text(manager.log())).isEqualTo(78);
    }
    String log = ManagerProcess.text(manager.log());
    assertThat(log.lines().filter(line -> line.contains("Not started"))).hasSize(1);
    assertThat(log).contains(said).doesNotContain("\tat ");
    return log;
  }

  private static String mode(Path path) {
    try {
      return PosixFilePermissions.toString(
          Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
