package dev.holdfast.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Ends what a peer takes nothing from. {@link HttpConnection#close} would wait until all that was
 * written before is sent, which a peer that stays there and does not read puts off for ever; so the
 * channel is closed itself, as Vert.x does where a connection has been idle for too long.
 */
final class Cut {
  private Cut() {}

  /** Ends a connection now, with all that waits to be sent; its close handler tells when it has. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void connection(HttpConnection connection) {
    ((HttpServerConnection) connection).channelHandlerContext().close();
  }

  /**
   * Ends the reply to a request: its stream, or where it has none of its own its connection. A
   * stream is closed only once the peer has taken its reset; that it has ended is known at once, so
   * that its connection, where nothing else is asked on it, counts as idle from now on.
   */
  static void reply(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().end();
      request.response().reset();
    } else {
      connection(request.connection());
    }
  }
}
