package dev.holdfast.mqtt;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A wire that can be cut: passes bytes on to a port of this machine. */
final class Proxy {
  final AtomicInteger accepted = new AtomicInteger();
  private final NetServer server;
  private final List<NetSocket> sockets = new CopyOnWriteArrayList<>();

  private Proxy(NetServer server) {
    this.server = server;
  }

  /** Passes on to {@code target}. */
  static Proxy to(Vertx vertx, int target) throws Exception {
    Proxy proxy = new Proxy(vertx.createNetServer());
    NetClient client = vertx.createNetClient();
    proxy.server.connectHandler(
        in -> {
          proxy.accepted.incrementAndGet();
          proxy.sockets.add(in);
          in.pause();
          client
              .connect(target, "127.0.0.1")
              .onSuccess(
                  out -> {
                    in.handler(out::write);
                    out.handler(in::write);
                    in.closeHandler(nothing -> out.close());
                    out.closeHandler(nothing -> in.close());
                    in.resume();
                  })
              .onFailure(failure -> in.close());
        });
    Rooms.join(proxy.server.listen(0, "127.0.0.1"));
    return proxy;
  }

  /** Accepts and never says a word. */
  static Proxy silent(Vertx vertx) throws Exception {
    Proxy proxy = new Proxy(vertx.createNetServer());
    proxy.server.connectHandler(
        in -> {
          proxy.accepted.incrementAndGet();
          proxy.sockets.add(in);
          in.closeHandler(nothing -> proxy.sockets.remove(in));
        });
    Rooms.join(proxy.server.listen(0, "127.0.0.1"));
    return proxy;
  }

  int port() {
    return server.actualPort();
  }

  int open() {
    return sockets.size();
  }

  /** Breaks every connection that there is. */
  void cut() {
    sockets.forEach(NetSocket::close);
    sockets.clear();
  }
}
