package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The files of image, compose and systemd, as far as they can be tried without their engines. */
class DeploymentIT {
  private static final Path DOCKER = ManagerProcess.ROOT.resolve("docker");

  @TempDir Path folder;

  @Test
  void dockerfile_hasNoLintersComplaint() throws Exception {
    String hadolint = ManagerProcess.require("hadolint").toString();
    ManagerProcess.run(
        folder,
        hadolint,
        "--failure-threshold",
        "warning",
        DOCKER.resolve("Dockerfile").toString());
  }

  @Test
  void dockerfile_runtimeOfItsModules_runsTheManagerAndItsCheck() throws Exception {
    Matcher modules =
        Pattern.compile("--add-modules (\\S+)")
            .matcher(Files.readString(DOCKER.resolve("Dockerfile")));
    assertThat(modules.find()).isTrue();
    Path home = Files.createDirectories(folder.resolve("opt"));
    Path java = Path.of(System.getProperty("java.home"));
    ManagerProcess.run(
        folder,
        java.resolve("bin/jlink").toString(),
        "--strip-debug",
        "--no-man-pages",
        "--no-header-files",
        "--output",
        home.resolve("jre").toString(),
        "--add-modules",
        modules.group(1));
    Files.copy(ManagerProcess.JAR, home.resolve("holdfast.jar"));
    ManagerProcess.run(
        home,
        java.resolve("bin/jar").toString(),
        "xf",
        "holdfast.jar",
        "org/sqlite/native/Linux/x86_64/libsqlitejdbc.so");
    Files.createDirectories(home.resolve("lib"));
    Files.move(
        home.resolve("org/sqlite/native/Linux/x86_64/libsqlitejdbc.so"),
        home.resolve("lib/libsqlitejdbc.so"));
    ManagerProcess.run(folder, DOCKER.resolve("class-archive").toString(), home.toString());
    assertThat(Files.size(home.resolve("holdfast.jsa"))).isGreaterThan(1_000_000);

    int port = ManagerProcess.freePort();
    List<String> check = entry("HEALTHCHECK", home);
    assertThat(exit(check, port)).as("nothing runs").isEqualTo(1);
    List<String> command = entry("ENTRYPOINT", home);
    command.add("run");
    Process manager =
        at(command, port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try {
      await().until(() -> exit(check, port) == 0);
      assertThat(ManagerProcess.text(folder.resolve("log"))).contains("Ready in");
    } finally {
      manager.destroy();
      manager.waitFor();
    }
  }

  /** The words of the last JSON array behind an instruction, moved to another home. */
  private static List<String> entry(String instruction, Path home) throws IOException {
    String text = Files.readString(DOCKER.resolve("Dockerfile"));
    int from = text.indexOf("[", text.indexOf(instruction));
    JsonArray words = new JsonArray(text.substring(from, text.indexOf("]", from) + 1));
    List<String> command = new ArrayList<>();
    words.forEach(word -> command.add(word.toString().replace("/opt/holdfast", home.toString())));
    return command;
  }

  private ProcessBuilder at(List<String> command, int port) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    ManagerProcess.cleanEnvironment(builder);
    builder
        .environment()
        .putAll(
            Map.of(
                "CONFIG_MANAGER_PORT", String.valueOf(port),
                "CONFIG_EMBEDDED_MQTT_PORT", String.valueOf(port + 1)));
    return builder;
  }

  private int exit(List<String> command, int port) throws IOException, InterruptedException {
    return at(command, port)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void compose_holdsWhatItPromises() throws Exception {
    JsonObject top = yaml(ManagerProcess.ROOT.resolve("compose.yaml"));
    assertThat(top.getJsonArray("include")).containsExactly("docker/compose.yml");
    JsonObject services = yaml(DOCKER.resolve("compose.yml")).getJsonObject("services");
    JsonObject manager = services.getJsonObject("config-manager");
    assertThat(manager.getJsonArray("ports"))
        .containsExactly("127.0.0.1:8081:8081", "127.0.0.1:8080:8081");
    assertThat(manager.getJsonArray("volumes")).contains("../config:/config");
    assertThat(manager.getJsonArray("volumes").encode()).doesNotContain(".env");
    for (String name : List.of("config-manager", "litestream", "mosquitto")) {
      JsonObject service = services.getJsonObject(name);
      assertThat(service.getBoolean("read_only")).as(name).isTrue();
      assertThat(service.getJsonArray("cap_drop")).as(name).containsExactly("ALL");
      assertThat(service.getJsonArray("security_opt")).as(name).contains("no-new-privileges:true");
      assertThat(service.getString("user")).as(name).doesNotStartWith("0");
    }
    // The network stack of another container is lost when the engine restarts that container.
    JsonObject litestream = services.getJsonObject("litestream");
    assertThat(litestream.containsKey("network_mode")).isFalse();
    assertThat(manager.getJsonArray("networks"))
        .containsAll(litestream.getJsonArray("networks"))
        .contains("default");
    assertThat(litestream.getJsonObject("environment").getString("LITESTREAM_METRICS_URL"))
        .isEqualTo(manager.getJsonObject("environment").getString("LITESTREAM_METRICS_URL"))
        .startsWith("http://litestream:");
    assertThat(services.getJsonObject("s3").getJsonArray("profiles")).containsExactly("s3");
    for (String name : services.fieldNames()) {
      for (Object volume : services.getJsonObject(name).getJsonArray("volumes", new JsonArray())) {
        String source = volume.toString().split(":", 2)[0];
        if (source.startsWith("./")) {
          assertThat(DOCKER.resolve(source)).as("%s: %s", name, volume).exists();
        }
      }
    }
  }

  private static JsonObject yaml(Path file) throws IOException {
    Map<String, Object> members = new Yaml().load(Files.readString(file));
    return new JsonObject(members);
  }

  /** The very files of the image's broker, made by the very script, in a real Mosquitto. */
  @Test
  void broker_onlyTheManagerPublishesSettings_servicesTellOfThemselvesOnly() throws Exception {
    ManagerProcess.require("mosquitto_passwd");
    Path config = folder.resolve("config");
    Path broker = folder.resolve("broker");
    Map<String, String> folders =
        Map.of(
            "CONFIG_FOLDER", config.toString(),
            "DATA_FOLDER", folder.resolve("data").toString(),
            "BROKER_FOLDER", broker.toString(),
            "USERS_FILE", DOCKER.resolve("mosquitto/users").toString());
    init(folders);
    final String passwords = Files.readString(config.resolve("mqtt-passwords"));
    final String dotenv = Files.readString(config.resolve(".env"));
    init(folders);
    assertThat(Files.readString(config.resolve("mqtt-passwords"))).isEqualTo(passwords);
    assertThat(Files.readString(config.resolve(".env"))).isEqualTo(dotenv);
    assertThat(Files.readString(broker.resolve("passwords")))
        .doesNotContain(password(passwords, "router"));

    int port = ManagerProcess.freePort();
    String conf =
        Files.readString(DOCKER.resolve("mosquitto/mosquitto.conf"))
            .replace("listener 1883", "listener " + port + " 127.0.0.1")
            .replace("/mosquitto/data/", broker + "/")
            .replace("/mosquitto/config/acl", DOCKER.resolve("mosquitto/acl").toString());
    Path file = Files.writeString(folder.resolve("mosquitto.conf"), conf + "user root\n");
    Process process =
        new ProcessBuilder(ManagerProcess.require("mosquitto").toString(), "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mosquitto.log").toFile())
            .start();
    try {
      await()
          .ignoreExceptions()
          .until(
              () -> {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return true;
              });
      String url = value(dotenv, "MQTT_URL").replace("@mosquitto:1883", "@127.0.0.1:" + port);
      try (ManagerProcess manager =
          ManagerProcess.start(
              Files.createDirectories(folder.resolve("home")), Map.of("MQTT_URL", url))) {
        assertThat(heard(passwords, "router", port, "system/config/router"))
            .contains("\"signature\"");
        publish(passwords, "router", port, "system/config/router", "forged");
        assertThat(heard(passwords, "router", port, "system/config/router"))
            .doesNotContain("forged");
        publish(passwords, "router", port, "system/health/router", "{\"ok\":true}");
        assertThat(heard(passwords, "camera", port, "system/health/router")).contains("true");
        publish(passwords, "router", port, "system/health/camera", "{\"ok\":false}");
        publish(passwords, "router", port, "system/health/config-manager", "{\"ok\":false}");
        assertThat(heard(passwords, "camera", port, "system/health/camera")).isEmpty();
        assertThat(heard(passwords, "camera", port, "system/health/config-manager"))
            .contains("operational_mode");
        String epoch = manager.service("router").getString("config_epoch");
        publish(
            passwords,
            "router",
            port,
            "system/config-status/router/one",
            "{\"version\":1,\"config_epoch\":\""
                + epoch
                + "\",\"applied\":true,\"at\":\"2026-11-24T10:00:00Z\"}");
        await().until(() -> manager.get("/api/config/fleet").body().contains("\"one\""));
      }
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private void init(Map<String, String> folders) throws Exception {
    List<String> command = new ArrayList<>(List.of("env"));
    folders.forEach((name, value) -> command.add(name + "=" + value));
    command.add("MANAGER_USER=" + System.getProperty("user.name"));
    command.add("BROKER_USER=" + System.getProperty("user.name"));
    command.addAll(List.of("sh", DOCKER.resolve("init").toString()));
    ManagerProcess.run(folder, command.toArray(String[]::new));
  }

  @Test
  void clientsEnv_hasThePublicKeyAndNoOther() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    try (ManagerProcess manager = ManagerProcess.start(home)) {
      Files.writeString(home.resolve("mqtt-passwords"), "router:a-password\n");
      String env =
          ManagerProcess.run(
              home,
              "env",
              "CONFIG_FOLDER=" + home,
              DOCKER.resolve("clients-env").toString(),
              "router");
      assertThat(env)
          .contains("HOLDFAST_MQTT_URL=mqtt://router:a-password@mosquitto:1883")
          .contains("HOLDFAST_TOKEN=" + manager.reader())
          .contains("HOLDFAST_PUBLIC_KEY=\"-----BEGIN PUBLIC KEY-----")
          .doesNotContain("PRIVATE")
          .doesNotContain(manager.admin())
          .doesNotContain(manager.dotenv("CONFIG_MASTER_KEY_BASE64"));
    }
  }

  private static String password(String passwords, String user) {
    return value(passwords.replace(':', '='), user);
  }

  private static String value(String lines, String name) {
    return lines
        .lines()
        .filter(line -> line.startsWith(name + "="))
        .findFirst()
        .orElseThrow()
        .substring(name.length() + 1);
  }

  private void publish(String passwords, String user, int port, String topic, String text)
      throws Exception {
    ManagerProcess.run(
        folder, words("mosquitto_pub", passwords, user, port, topic, "-r", "-m", text));
  }

  private String heard(String passwords, String user, int port, String topic) throws Exception {
    Process process =
        new ProcessBuilder(
                words("mosquitto_sub", passwords, user, port, topic, "-C", "1", "-W", "2"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new String(
        process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String[] words(
      String program, String passwords, String user, int port, String topic, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                program,
                "-h",
                "127.0.0.1",
                "-p",
                String.valueOf(port),
                "-u",
                user,
                "-P",
                password(passwords, user),
                "-q",
                "1",
                "-t",
                topic));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }
}
