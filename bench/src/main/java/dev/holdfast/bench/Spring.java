package dev.holdfast.bench;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Spring Cloud Config Server with its native backend: a file a service. Built by Maven. */
final class Spring implements AutoCloseable {
  private final Server server;
  private final Http http;
  private final double readyMillis;

  private Spring(Server server, Http http, double readyMillis) {
    this.server = server;
    this.http = http;
    this.readyMillis = readyMillis;
  }

  /** Its jar, where it was built beside the harness. */
  static Optional<Path> jar(Bench bench) {
    return Stream.of(bench.home().resolve("bench/spring/target/spring.jar"))
        .filter(Files::exists)
        .findFirst();
  }

  /** Starts it with the settings of one service. */
  static Spring start(Bench bench, Path jar, String service, JsonObject config) throws Exception {
    int port = Server.freePort();
    Path folder = bench.work().resolve("spring-" + port);
    Path files = folder.resolve("files");
    Files.createDirectories(files);
    StringBuilder yaml = new StringBuilder();
    config.forEach(
        entry -> yaml.append(entry.getKey()).append(": ").append(quoted(entry.getValue())));
    Files.writeString(files.resolve(service + ".yml"), yaml.toString());
    Server server =
        Server.start(
            bench.serverCpus(),
            folder,
            Map.of(),
            "java",
            "-jar",
            jar.toString(),
            "--server.port=" + port,
            "--server.address=127.0.0.1",
            "--spring.profiles.active=native",
            "--spring.cloud.config.server.native.search-locations=file:" + files);
    Http http = bench.http(port, 4, Map.of());
    return new Spring(server, http, server.await(http, "/" + service + "/default"));
  }

  private static String quoted(Object value) {
    String text = value instanceof String ? new JsonObject().put("v", value).encode() : "";
    return (text.isEmpty() ? value : text.substring(5, text.length() - 1)) + "\n";
  }

  Server server() {
    return server;
  }

  Http http() {
    return http;
  }

  double readyMillis() {
    return readyMillis;
  }

  @Override
  public void close() throws Exception {
    http.close();
    server.close();
  }
}
