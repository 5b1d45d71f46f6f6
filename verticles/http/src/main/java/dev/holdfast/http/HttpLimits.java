package dev.holdfast.http;

import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How the listener is set up. Connections on which nothing comes are {@link Connections}' to close,
 * for all at once: a timer of each connection's own would have to be set at each read and write.
 */
final class HttpLimits {
  /** The longest request line, in bytes. */
  static final int REQUEST_LINE = 4096;

  /** The longest headers, in bytes altogether. */
  static final int HEADERS = 8192;

  private static final int BACKLOG = 1024;
  private static final int HANDSHAKE_SECONDS = 10;

  /** Requests at once on one connection of HTTP/2. */
  private static final int STREAMS = 100;

  /** Streams that a peer may reset within half a minute before the connection ends. */
  private static final int RESETS = 200;

  private static final int RESET_WINDOW_SECONDS = 30;

  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  private HttpLimits() {}

  /** The options of the listener; without a certificate it speaks plain HTTP. */
  static HttpServerOptions of(HttpVerticle.Options options, @Nullable PemKeyCertOptions pem) {
    HttpServerOptions http =
        new HttpServerOptions()
            .setHost(options.host())
            .setPort(options.port())
            .setMaxInitialLineLength(REQUEST_LINE)
            .setMaxHeaderSize(HEADERS)
            .setAcceptBacklog(BACKLOG)
            .setCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setHttp2ClearTextEnabled(false)
            .setInitialSettings(
                new Http2Settings().setMaxConcurrentStreams(STREAMS).setMaxHeaderListSize(HEADERS))
            .setHttp2RstFloodMaxRstFramePerWindow(RESETS)
            .setHttp2RstFloodWindowDuration(RESET_WINDOW_SECONDS)
            .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS);
    if (pem != null) {
      http.setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(pem)
          .setEnabledSecureTransportProtocols(PROTOCOLS)
          .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
          .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
    }
    return http;
  }

  /** What {@link #of} says of TLS, for another certificate. */
  static ServerSSLOptions tls(PemKeyCertOptions pem) {
    return new ServerSSLOptions()
        .setKeyCertOptions(pem)
        .setUseAlpn(true)
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
  }

  /** One line for the operator, for a listener that could not be had. */
  static IllegalStateException notListening(HttpVerticle.Options options, Throwable failure) {
    return new IllegalStateException(
        "CONFIG_MANAGER_HOST, CONFIG_MANAGER_PORT: cannot listen on %s:%d: %s"
            .formatted(options.host(), options.port(), failure.getMessage()),
        failure);
  }
}
