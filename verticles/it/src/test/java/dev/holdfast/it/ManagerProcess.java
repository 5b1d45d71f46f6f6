package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real jar as a process on a folder of its own, with free ports. */
final class ManagerProcess implements AutoCloseable {
  static final Path ROOT =
      Path.of(System.getProperty("holdfast.root", "../..")).toAbsolutePath().normalize();
  static final Path JAR = ROOT.resolve("verticles/app/target/holdfast.jar");

  static final String JAVA =
      System.getProperty(
          "holdfast.java", Path.of(System.getProperty("java.home"), "bin", "java").toString());

  final Path folder;
  final int port;
  final int mqttPort;
  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, String> environment;
  private List<String> arguments = List.of();
  private Process process;

  private ManagerProcess(Path folder, int port, int mqttPort, Map<String, String> environment) {
    this.folder = folder;
    this.port = port;
    this.mqttPort = mqttPort;
    this.environment = environment;
  }

  /** Starts one and waits until it is ready. */
  static ManagerProcess start(Path folder) throws Exception {
    return start(folder, Map.of());
  }

  /** Starts one with more variables in its environment and waits until it is ready. */
  static ManagerProcess start(Path folder, Map<String, String> environment) throws Exception {
    return started(prepare(folder, environment));
  }

  /** Starts one that joins a cluster. */
  static ManagerProcess startInCluster(Path folder, Map<String, String> environment)
      throws Exception {
    return started(prepareInCluster(folder, environment));
  }

  private static ManagerProcess started(ManagerProcess manager) throws Exception {
    try {
      manager.startAgain();
    } catch (Exception | AssertionError e) {
      manager.close();
      throw e;
    }
    return manager;
  }

  /** One that will join a cluster. */
  static ManagerProcess prepareInCluster(Path folder, Map<String, String> environment)
      throws IOException {
    ManagerProcess manager = prepare(folder, environment);
    manager.arguments = List.of("run", "--cluster");
    return manager;
  }

  /** The supervisor of Litestream in the folder and environment of a manager, not started yet. */
  static ManagerProcess prepareBackup(ManagerProcess manager) {
    ManagerProcess backup =
        new ManagerProcess(
            manager.folder, manager.port, manager.mqttPort, new HashMap<>(manager.environment));
    backup.arguments = List.of("backup", "run");
    return backup;
  }

  /** One that is not started yet. */
  static ManagerProcess prepare(Path folder, Map<String, String> environment) throws IOException {
    return new ManagerProcess(folder, freePort(), freePort(), new HashMap<>(environment));
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  void startAgain() throws Exception {
    launch();
    awaitReady();
  }

  /** Starts the process without waiting for it. */
  void launch() throws IOException {
    assertThat(JAR).as("the jar, made by the build before this test").exists();
    // Of many short runs the best compiler would see little but its own work.
    List<String> command = new ArrayList<>(List.of(JAVA, "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "-jar", JAR.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    cleanEnvironment(builder);
    builder.environment().put("CONFIG_MANAGER_PORT", String.valueOf(port));
    builder.environment().put("CONFIG_EMBEDDED_MQTT_PORT", String.valueOf(mqttPort));
    builder.environment().putAll(environment);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(out().toFile()));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()));
    process = builder.start();
  }

  /** Settings may come from any variable: of the machine's own only the harmless ones are left. */
  static void cleanEnvironment(ProcessBuilder builder) {
    builder
        .environment()
        .keySet()
        .retainAll(
            List.of("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "JAVA_HOME", "JAVA_TOOL_OPTIONS"));
  }

  Map<String, String> environment() {
    return environment;
  }

  Path out() {
    return folder.resolve("stdout.txt");
  }

  Path log() {
    return folder.resolve("stderr.log");
  }

  void awaitReady() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() < deadline) {
      assertThat(process.isAlive()).as(() -> "still running; its log:\n" + text(log())).isTrue();
      try {
        if (send(HttpRequest.newBuilder(uri("/health/ready"))).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // Not listening yet.
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("not ready within 30 s; its log:\n" + text(log()));
  }

  /** Its log, and what each of its threads does: for a test that fails. */
  String state() throws Exception {
    run(folder, "kill", "-QUIT", String.valueOf(pid()));
    for (int i = 0; i < 250 && !text(out()).contains("JNI global refs"); i++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return text(log()) + text(out());
  }

  static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(
        request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A call with a token (none where null) and a JSON body (none where null). */
  HttpResponse<String> call(String method, String path, String token, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    if (token != null) {
      request.header("X-API-Token", token);
    }
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    return send(
        request.method(
            method,
            body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return call("GET", path, reader(), null);
  }

  JsonObject service(String service) throws IOException, InterruptedException {
    HttpResponse<String> response = get("/api/config/services/" + service);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new JsonObject(response.body());
  }

  HttpResponse<String> patch(String service, long version, String patch)
      throws IOException, InterruptedException {
    return call("PATCH", "/api/config/services/" + service + "?version=" + version, admin(), patch);
  }

  String reader() throws IOException {
    return token("config.read");
  }

  String admin() throws IOException {
    return token("config.write");
  }

  private String token(String role) throws IOException {
    for (String entry : dotenv("CONFIG_API_TOKENS").split(",", -1)) {
      String[] parts = entry.split(":", -1);
      if (parts[1].equals(role)) {
        return parts[0];
      }
    }
    throw new AssertionError("no token for " + role);
  }

  /** A value of the {@code .env} file, read in the simplest way another program would. */
  String dotenv(String name) throws IOException {
    for (String line : Files.readAllLines(folder.resolve(".env"))) {
      if (line.startsWith(name + "=")) {
        String value = line.substring(name.length() + 1);
        return value.startsWith("\"")
            ? value.substring(1, value.length() - 1).replace("\\n", "\n")
            : value;
      }
    }
    throw new AssertionError(name + " is not in .env");
  }

  Path data(String name) {
    return folder.resolve("data/config").resolve(name);
  }

  /** Waits for the process to end by itself; gives its exit code. */
  int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ends within 30 s").isTrue();
    return process.exitValue();
  }

  /** Waits so long for the process to end by itself; gives whether it did. */
  boolean endsWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM; gives how long it took in milliseconds. */
  long terminate() throws InterruptedException {
    long start = System.nanoTime();
    process.destroy();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("ends after SIGTERM").isTrue();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  @Override
  public void close() {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Publishes, retained, at the manager's own broker, as a shell would. */
  void publish(String topic, JsonObject payload) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("published"), payload.encode());
    List<String> command = new ArrayList<>(List.of("mosquitto_pub", "-h", "127.0.0.1"));
    command.addAll(List.of("-p", String.valueOf(mqttPort), "-q", "1", "-r"));
    command.addAll(List.of("-t", topic, "-f", file.toString()));
    run(folder, command.toArray(String[]::new));
  }

  /** Runs a command to its end and gives its output; fails unless it exits 0. */
  static String run(Path folder, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + output).isZero();
    return output;
  }

  /** Where a program is, or null. */
  static Path find(String program) {
    String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, program);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    return null;
  }

  /**
   * On a developer's machine a missing component skips the test; in CI it fails, unless it was said
   * there that it cannot be had.
   */
  static Path require(String program) {
    Path file = find(program);
    String cannot = System.getenv().getOrDefault("HOLDFAST_CANNOT_HAVE", "");
    boolean hopeless = List.of(cannot.split(" ", -1)).contains(program);
    if (file == null && !hopeless && "true".equals(System.getenv("CI"))) {
      throw new AssertionError(program + " is missing");
    }
    org.junit.jupiter.api.Assumptions.assumeTrue(
        file != null, () -> "skipped: " + program + " missing");
    return file;
  }
}
