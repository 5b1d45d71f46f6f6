package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java examples, run by the commands of their README.md against the real jar. */
class ExamplesIT {
  private static final Pattern SHELL = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
  private static final Pattern TEXT = Pattern.compile("(?ms)^```text\\n(.*?)^```$");

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();
  private ManagerProcess manager;

  @BeforeEach
  void prepare() throws Exception {
    ManagerProcess.require("curl");
    manager = ManagerProcess.prepare(Files.createDirectory(folder.resolve("manager")), Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    for (Process process : started) {
      stop(process);
    }
    manager.close();
  }

  @Test
  void javaMain_changedAndManagerGone_goesOnAndStartsFromItsCopy() throws Exception {
    manager.startAgain();
    String readme = readme("java-main");
    Process example = run(readme, "first", "", Map.of());
    awaitSaid("first", "settings from REST: ThermostatConfig[targetCelsius=20.5");
    change(readme);
    for (String line : block(TEXT, readme, 0).lines().toList()) {
      awaitSaid("first", line);
    }

    manager.kill();
    final long before = looks("first");
    await().atMost(Duration.ofSeconds(20)).until(() -> looks("first") > before + 2);
    stop(example);
    run(readme, "second", "", Map.of());
    awaitSaid("second", "settings from CACHE: ThermostatConfig[targetCelsius=22.0");
    awaitSaid("second", "holding 22.0 degrees (settings from CACHE)");
  }

  @Test
  void javaMain_schemaOfABuild_managerHoldsChangesAgainstIt() throws Exception {
    String docs = Files.readString(ManagerProcess.ROOT.resolve("docs/client.md"), UTF_8);
    Path schemas = folder.resolve("schemas");
    ManagerProcess.run(
        ManagerProcess.ROOT,
        "sh",
        "-c",
        block(SHELL, docs, 0).replace(" schemas ", " " + schemas + " "));
    manager = ManagerProcess.start(manager.folder, Map.of("CONFIG_SCHEMA_DIR", schemas.toString()));

    assertThat(manager.service("thermostat").getJsonObject("config"))
        .isEqualTo(
            new JsonObject()
                .put("target_celsius", 20.5)
                .put("mode", "comfort")
                .put("interval_seconds", 10)
                .put("verbose", true)
                .putNull("sensor_url"));
    assertThat(manager.patch("thermostat", 1, "{\"target_celsius\":31}").statusCode())
        .isEqualTo(422);
    Map<String, String> reading =
        Map.of("HOLDFAST_TOKEN", manager.reader(), "HOLDFAST_REGISTER_SCHEMAS", "false");
    run(readme("java-main"), "first", "", reading);
    awaitSaid("first", "settings from REST: ThermostatConfig[targetCelsius=20.5");
  }

  @Test
  void javaMain_noManagerYet_saysWhatIsMissing() throws Exception {
    Process example = run(readme("java-main"), "first", "", Map.of());
    assertThat(example.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(example.exitValue()).isEqualTo(78);
    assertThat(log("first"))
        .content()
        .contains(manager.folder.resolve(".env") + " is missing", "Start ./holdfast in ");
  }

  @Test
  void vertxCluster_twoGreeters_bothFollowAndOutliveTheManager() throws Exception {
    manager.startAgain();
    String readme = readme("vertx-cluster");
    int port = ManagerProcess.freePort();
    int other = ManagerProcess.freePort();
    Map<String, String> cluster =
        Map.of("GREETER_CLUSTER_PORT", String.valueOf(ClusterMember.freePorts() - 1));
    Process example = run(readme, "first", "", greeter(port, cluster));
    awaitSaid("first", "settings: {\"router_llm_tts_stream\":true");
    awaitSaid("first", "greeter-1 says \"Yes?\"");
    run(readme, "second", " 2", greeter(other, cluster));
    awaitSaid("second", "greeter-2 says \"Yes?\"");

    change(readme.replace("127.0.0.1:8091", "127.0.0.1:" + port));
    for (String line : block(TEXT, readme, 0).lines().toList()) {
      awaitSaid("first", line);
    }
    awaitSaid("second", "changed: router_wake_ack_text: Yes? -> Good day");
    assertThat(greeting(port)).isEqualTo("Good day\n");
    assertThat(greeting(other)).isEqualTo("Good day\n");

    manager.kill();
    TimeUnit.SECONDS.sleep(2);
    assertThat(greeting(port)).isEqualTo("Good day\n");
    stop(example);
    run(readme, "third", "", greeter(port, cluster));
    awaitSaid("third", "greeter-1 says \"Good day\"");
    assertThat(greeting(port)).isEqualTo("Good day\n");
  }

  private static Map<String, String> greeter(int port, Map<String, String> cluster) {
    Map<String, String> all = new java.util.HashMap<>(cluster);
    all.put("GREETER_PORT", String.valueOf(port));
    return all;
  }

  private static String readme(String example) throws IOException {
    return Files.readString(
        ManagerProcess.ROOT.resolve("examples").resolve(example).resolve("README.md"), UTF_8);
  }

  private static String block(Pattern kind, String text, int number) {
    return kind.matcher(text)
        .results()
        .map(found -> found.group(1))
        .skip(number)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no block " + number + " of " + kind));
  }

  /** Runs the documented command, with the manager at another place than the documented one. */
  private Process run(String readme, String log, String argument, Map<String, String> environment)
      throws IOException {
    String command = "exec " + block(SHELL, readme, 0).strip() + argument;
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command).directory(ManagerProcess.ROOT.toFile());
    ManagerProcess.cleanEnvironment(builder);
    Map<String, String> its = builder.environment();
    its.put("HOLDFAST_ENV_FILE", manager.folder.resolve(".env").toString());
    its.put("HOLDFAST_URL", "http://127.0.0.1:" + manager.port);
    its.put("HOLDFAST_CACHE_DIR", folder.resolve("cache" + argument.strip()).toString());
    its.putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log(log).toFile());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** The change that the README tells to make. */
  private void change(String readme) throws Exception {
    String command = block(SHELL, readme, 1).replace("127.0.0.1:8081", "127.0.0.1:" + manager.port);
    String answer = ManagerProcess.run(manager.folder, "sh", "-c", command);
    assertThat(answer).contains("\"success\":true");
  }

  private String greeting(int port) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + port);
    try {
      return manager
          .http
          .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString(UTF_8))
          .body();
    } catch (ConnectException e) {
      throw new AssertionError("no greeter at " + address, e);
    }
  }

  private long looks(String log) throws IOException {
    try (var lines = Files.lines(log(log), UTF_8)) {
      return lines.filter(line -> line.startsWith("holding ")).count();
    }
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  private void awaitSaid(String log, String start) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(Files.readAllLines(log(log), UTF_8))
                    .anyMatch(line -> line.startsWith(start)));
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      process.waitFor();
    }
  }
}
