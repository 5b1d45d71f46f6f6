package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.Codecs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** A running HTTP room with stand-ins for the others, and a client for it. */
final class HttpHarness implements AutoCloseable {
  static final String READER = "reader-token-0123456789abcdef";
  static final String WRITER = "writer-token-0123456789abcdef";
  static final String SCOPED = "scoped-token-0123456789abcdef";
  static final String SCHEMA = "schema-token-0123456789abcdef";
  static final List<String> TOKENS =
      List.of(
          READER + ":config.read:alice",
          WRITER + ":config.write:bob",
          SCOPED + ":config.write:carol@free-form|other",
          SCHEMA + ":config.schema:dave@free-form",
          "short:config.read:weak");

  /** So that a test of refusals is not refused for its refusals. */
  private static final Attempts.Limits PATIENT =
      new Attempts.Limits(100_000, 60_000, 10_000, 300_000, 10_000);

  final Vertx vertx = Vertx.vertx();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Rooms rooms;

  /** The time that sessions and locks see. */
  final AtomicLong millis = new AtomicLong(1_000_000);

  final Access access;
  final HttpVerticle verticle;
  final HttpVerticle second;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  HttpHarness() throws Exception {
    this(new HttpVerticle.Options("127.0.0.1", 0, TOKENS));
  }

  HttpHarness(HttpVerticle.Options options) throws Exception {
    this(options, PATIENT, ConnectionCounts.Limits.DEFAULTS);
  }

  HttpHarness(
      HttpVerticle.Options options, Attempts.Limits attempts, ConnectionCounts.Limits connections)
      throws Exception {
    Codecs.register(vertx);
    rooms = new Rooms(vertx);
    access = new Access(options, attempts, millis::get, Clock.systemUTC());
    Supplier<HttpVerticle> instances =
        HttpVerticle.deployable(
            Shared.of(options, meters, () -> "# metrics of the test\n", access, connections));
    verticle = instances.get();
    second = instances.get();
    try {
      deploy(verticle);
      deploy(second);
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  private void deploy(HttpVerticle instance) throws Exception {
    vertx
        .deployVerticle(instance, new DeploymentOptions())
        .toCompletionStage()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + verticle.actualPort() + path);
  }

  HttpRequest.Builder request(String path, String token) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
    return token == null ? builder : builder.header("X-API-Token", token);
  }

  HttpResponse<String> get(String path, String token) throws Exception {
    return send(request(path, token));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    // Bounded, so that a stream that should have been refused fails the test.
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
        .get(20, TimeUnit.SECONDS);
  }

  HttpResponse<String> send(
      String method, String path, String token, String mediaType, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        request(path, token)
            .header("Content-Type", mediaType)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  HttpResponse<String> json(
      String method, String path, String token, String body, String... headers) throws Exception {
    return send(method, path, token, "application/json", body, headers);
  }

  /** Sends bytes as they are and reads until the connection ends or the reply is complete. */
  String raw(String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), verticle.actualPort())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      int read = in.read(buffer);
      return read < 0 ? "" : new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
    }
  }

  static JsonObject body(HttpResponse<String> response) {
    return new JsonObject(response.body());
  }

  /** Asserts a problem document of that status and gives it. */
  static JsonObject problem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    JsonObject problem = body(response);
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("type")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank();
    assertThat(response.headers().firstValue("x-request-id"))
        .contains(problem.getString("request_id"));
    return problem;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
