package dev.holdfast.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The limit of what Vert.x can do: a request handler that looks at nothing and returns the bytes of
 * a file, with the headers of another file, made beforehand. Arguments: port, headers, body.
 */
public final class BareServer extends VerticleBase {
  private final int port;
  private final MultiMap headers;
  private final Buffer body;

  private BareServer(int port, MultiMap headers, Buffer body) {
    this.port = port;
    this.headers = headers;
    this.body = body;
  }

  /** Starts it, with as many instances as the manager would have. */
  public static void main(String[] arguments) throws Exception {
    MultiMap headers = HttpHeaders.headers();
    for (String line : Files.readAllLines(Path.of(arguments[1]))) {
      List<String> parts = List.of(line.split(": ", 2));
      headers.add(
          HttpHeaders.createOptimized(parts.get(0)), HttpHeaders.createOptimized(parts.get(1)));
    }
    MultiMap made = headers.copy(false);
    Buffer body = Buffer.buffer(Files.readAllBytes(Path.of(arguments[2])));
    int port = Integer.parseInt(arguments[0]);
    int instances = Math.min(4, Runtime.getRuntime().availableProcessors());
    Vertx.vertx()
        .deployVerticle(
            () -> new BareServer(port, made, body), new DeploymentOptions().setInstances(instances))
        .onFailure(
            failure -> {
              System.err.println(failure);
              System.exit(1);
            });
  }

  @Override
  public Future<?> start() {
    return vertx
        .createHttpServer()
        .requestHandler(
            request -> {
              request.response().headers().setAll(headers);
              request.response().end(body);
            })
        .listen(port, "127.0.0.1");
  }
}
