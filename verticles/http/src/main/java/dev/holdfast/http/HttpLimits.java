package dev.holdfast.http;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;

/** How the listener is set up. */
final class HttpLimits {
  /** The longest request line, in bytes. */
  static final int REQUEST_LINE = 4096;

  /** The longest headers, in bytes altogether. */
  static final int HEADERS = 8192;

  /** Seconds without a byte either way; a stream of events writes a comment more often. */
  private static final int IDLE_SECONDS = 60;

  private static final int BACKLOG = 1024;

  private HttpLimits() {}

  /** The options of the listener. */
  static HttpServerOptions of(HttpVerticle.Options options) {
    HttpServerOptions http =
        new HttpServerOptions()
            .setHost(options.host())
            .setPort(options.port())
            .setMaxInitialLineLength(REQUEST_LINE)
            .setMaxHeaderSize(HEADERS)
            .setIdleTimeout(IDLE_SECONDS)
            .setAcceptBacklog(BACKLOG)
            .setCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setHttp2ClearTextEnabled(false);
    Path certificate = options.tlsCertificate();
    Path key = options.tlsKey();
    if (certificate != null && key != null) {
      http.setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(certificate.toString())
                  .setKeyPath(key.toString()));
    }
    return http;
  }

  /** One line for the operator, for a listener that could not be had. */
  static IllegalStateException notListening(HttpVerticle.Options options, Throwable failure) {
    return new IllegalStateException(
        "CONFIG_MANAGER_HOST, CONFIG_MANAGER_PORT: cannot listen on %s:%d: %s"
            .formatted(options.host(), options.port(), failure.getMessage()),
        failure);
  }
}
