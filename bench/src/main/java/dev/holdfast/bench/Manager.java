package dev.holdfast.bench;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * A manager, started by {@code ./holdfast} in a folder of its own with nothing loosened: full
 * synchronisation, checks, history and access log are as they always are.
 */
final class Manager implements AutoCloseable {
  static final String API = "/api/config";
  static final String TOKEN = "benchmark-token-of-more-than-128-bits-0123456789";

  private final Server server;
  private final Http http;
  private final Path folder;
  private final double readyMillis;

  private Manager(Server server, Http http, Path folder, double readyMillis) {
    this.server = server;
    this.http = http;
    this.folder = folder;
    this.readyMillis = readyMillis;
  }

  static Manager start(Bench bench, String name, Map<String, String> environment) throws Exception {
    return start(bench, name, environment, bench.home().resolve("holdfast").toString());
  }

  /** Started by that command. */
  static Manager start(Bench bench, String name, Map<String, String> environment, String... command)
      throws Exception {
    int port = Server.freePort();
    Map<String, String> settings = new HashMap<>();
    settings.put("CONFIG_MANAGER_PORT", String.valueOf(port));
    settings.put("CONFIG_EMBEDDED_MQTT_PORT", String.valueOf(Server.freePort()));
    settings.put("CONFIG_API_TOKENS", TOKEN + ":config.write:bench");
    settings.putAll(environment);
    Path folder = bench.work().resolve(name);
    Server server = Server.start(bench.serverCpus(), folder, settings, command);
    Http http = bench.http(port, 64, Map.of("x-api-token", TOKEN));
    return new Manager(server, http, folder, server.await(http, "/health/ready"));
  }

  Http http() {
    return http;
  }

  Server server() {
    return server;
  }

  Path folder() {
    return folder;
  }

  double readyMillis() {
    return readyMillis;
  }

  /** Makes a service that takes any key. */
  void untyped(String service, JsonObject config) throws IOException {
    http.call(
            HttpMethod.PUT,
            API + "/services/" + service + "?untyped=true",
            new JsonObject().put("service", service).put("version", 0).put("config", config))
        .ok();
  }

  /** Registers a schema; the service begins with its defaults. */
  void register(String service, JsonObject schema) throws IOException {
    http.call(HttpMethod.PUT, API + "/schemas/" + service, schema.copy().put("title", service))
        .ok();
  }

  /** Changes one setting; gives the new version, fails where it is not the next one. */
  Future<Long> patch(String service, long version, String key, Object value) {
    Buffer body = new JsonObject().put(key, value).toBuffer();
    return http.send(HttpMethod.PATCH, API + "/services/" + service + "?version=" + version, body)
        .map(
            reply -> {
              long next = reply.ok().json().getLong("version");
              if (next != version + 1) {
                throw new IllegalStateException("version " + next + " after " + version);
              }
              return next;
            });
  }

  JsonObject read(String service) throws IOException {
    return http.get(API + "/services/" + service + "?include_fields=false").ok().json();
  }

  /** Fails where a service is not at the version that was acknowledged last. */
  void verifyVersions(int services, IntFunction<String> names, long[] versions) throws IOException {
    for (int i = 0; i < services; i++) {
      long now = read(names.apply(i)).getLong("version");
      if (now != versions[i]) {
        throw new IllegalStateException(
            names.apply(i) + " is at " + now + " (expected: " + versions[i] + ")");
      }
    }
  }

  /** A figure of the manager's own metrics. */
  double metric(String name) throws IOException {
    return http.get("/metrics")
        .ok()
        .body()
        .toString()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no metric " + name));
  }

  JsonObject health() throws IOException {
    return http.get(API + "/health").ok().json();
  }

  /** A schema of that many settings, with bounds and descriptions as a real one has. */
  static JsonObject schema(int settings, String word) {
    Map<String, Object> properties = new TreeMap<>();
    for (int i = 0; i < settings; i++) {
      String key = "setting_%s_%03d".formatted(word, i);
      properties.put(
          key,
          switch (i % 3) {
            case 0 ->
                new JsonObject()
                    .put("type", "integer")
                    .put("default", i)
                    .put("minimum", 0)
                    .put("maximum", 1_000_000_000L)
                    .put("description", "How many of " + word + " number " + i + " there may be");
            case 1 ->
                new JsonObject()
                    .put("type", "string")
                    .put("default", "value " + i)
                    .put("maxLength", 200)
                    .put("description", "What is said by " + word + " number " + i);
            default ->
                new JsonObject()
                    .put("type", "boolean")
                    .put("default", i % 2 == 0)
                    .put("description", "Whether " + word + " number " + i + " is in use");
          });
    }
    return new JsonObject()
        .put("$schema", "https://json-schema.org/draft/2020-12/schema")
        .put("type", "object")
        .put("additionalProperties", false)
        .put("properties", new JsonObject(new TreeMap<>(properties)))
        .put("required", new JsonArray());
  }

  @Override
  public void close() throws Exception {
    http.close();
    server.close();
  }
}
