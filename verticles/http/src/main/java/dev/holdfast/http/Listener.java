package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.http.HttpTopics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The socket that is listened on, and its certificate. Belongs to one event loop. */
final class Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final long STOP_MILLIS = 2_000;

  private final Vertx vertx;
  private final HttpVerticle.Options options;
  private final Connections connections;
  private volatile @Nullable HttpServer server;

  Listener(Vertx vertx, HttpVerticle.Options options, Connections connections) {
    this.vertx = vertx;
    this.options = options;
    this.connections = connections;
  }

  /** The port; from any thread. Fails {@code IllegalStateException} where it does not listen. */
  int port() {
    HttpServer listening = server;
    if (listening == null) {
      throw new IllegalStateException("not listening yet");
    }
    return listening.actualPort();
  }

  /** Listens. Fails with one line for the operator. */
  Future<Void> listen(Door door, Map<Call, RequestRules> rules) {
    return certificate()
        .compose(pem -> listen(door, rules, HttpLimits.of(options, pem)))
        .onSuccess(
            listening -> {
              server = listening;
              connections.start();
              LOG.info("listening on {}:{}", options.host(), listening.actualPort());
            })
        .mapEmpty();
  }

  /** Listens for another certificate. Called by one instance for all, which share the socket. */
  void follow(Bus bus) {
    bus.subscribe(HttpTopics.CERTIFICATE, changed -> renewCertificate());
  }

  /**
   * Reads certificate and key again and takes them for the connections to come; those that are open
   * stay. A pair that is broken is refused in the log, and the old one stays.
   */
  private void renewCertificate() {
    HttpServer listening = server;
    if (listening == null) {
      return;
    }
    certificate()
        .compose(
            pem ->
                pem == null
                    ? Future.succeededFuture(false)
                    : listening.updateSSLOptions(HttpLimits.tls(pem)))
        .onSuccess(
            changed -> LOG.info("the certificate {}", changed ? "is another now" : "is the same"))
        .onFailure(
            failure -> LOG.warn("the certificate stays as it was: {}", failure.getMessage()));
  }

  /** Takes no connection any more, and lets running requests finish for a moment. */
  Future<Void> close() {
    connections.close();
    HttpServer listening = server;
    return listening == null
        ? Future.succeededFuture()
        : listening.shutdown(STOP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Future<HttpServer> listen(
      Door door, Map<Call, RequestRules> rules, HttpServerOptions http) {
    return vertx
        .createHttpServer(http)
        .connectionHandler(connections::opened)
        .invalidRequestHandler(door.errors())
        .requestHandler(door.requests(rules))
        .listen()
        .recover(failure -> Future.failedFuture(HttpLimits.notListening(options, failure)));
  }

  /** Null for plain HTTP. */
  private Future<@Nullable PemKeyCertOptions> certificate() {
    Path certificate = options.tlsCertificate();
    Path key = options.tlsKey();
    return certificate == null || key == null
        ? Future.succeededFuture()
        : vertx.executeBlocking(() -> Certificates.read(vertx, certificate, key), false);
  }
}
