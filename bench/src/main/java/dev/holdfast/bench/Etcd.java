package dev.holdfast.bench;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/** etcd of one member, as it comes: with fsync of its log. Asked through its JSON gateway. */
final class Etcd implements AutoCloseable {
  static final String PROGRAM = "etcd";

  private final Server server;
  private final Http http;

  private Etcd(Server server, Http http) {
    this.server = server;
    this.http = http;
  }

  static Etcd start(Bench bench, Path program) throws Exception {
    int port = Server.freePort();
    String url = "http://127.0.0.1:" + port;
    String peer = "http://127.0.0.1:" + Server.freePort();
    Server server =
        Server.start(
            bench.serverCpus(),
            bench.work().resolve("etcd-" + port),
            Map.of(),
            program.toString(),
            "--data-dir=data",
            "--logger=zap",
            "--log-level=error",
            "--listen-client-urls=" + url,
            "--advertise-client-urls=" + url,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=default=" + peer);
    Http http = bench.http(port, 64, Map.of());
    server.await(http, "/health");
    return new Etcd(server, http);
  }

  Server server() {
    return server;
  }

  Http http() {
    return http;
  }

  /** Puts a value; fails where it was not kept. */
  Future<?> put(String key, String value) {
    Buffer body = new JsonObject().put("key", base64(key)).put("value", base64(value)).toBuffer();
    return http.send(HttpMethod.POST, "/v3/kv/put", body)
        .map(
            reply -> {
              if (!reply.ok().json().getJsonObject("header").containsKey("revision")) {
                throw new IllegalStateException("not put: " + reply.body());
              }
              return reply;
            });
  }

  /** The question for a value, as JSON. */
  static String range(String key) {
    return new JsonObject().put("key", base64(key)).encode();
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws Exception {
    http.close();
    server.close();
  }
}
