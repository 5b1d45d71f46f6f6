package dev.holdfast.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connections there is no room for, and those on which no whole request comes in time.
 * The time runs from the beginning of the connection, then from the last reply, and not from the
 * last byte: bytes that trickle in prolong nothing. While a request is being answered, as with a
 * stream of events, no time runs. Belongs to one event loop.
 */
final class Connections {
  private static final int PRUNE_AT = 64;

  private final Vertx vertx;
  private final ConnectionCounts counts;
  private final IdentityHashMap<HttpConnection, Watch> open = new IdentityHashMap<>();
  private long timer = -1;

  private static final class Watch {
    private long since = System.nanoTime();
    private boolean asked;
    private boolean recent;
    private boolean closing;
    private final List<HttpServerResponse> running = new ArrayList<>(1);

    /** Whether a request is being answered. */
    boolean busy() {
      prune();
      return !running.isEmpty();
    }

    void prune() {
      running.removeIf(response -> response.ended() || response.closed());
    }
  }

  Connections(Vertx vertx, ConnectionCounts counts) {
    this.vertx = vertx;
    this.counts = counts;
  }

  void start() {
    timer = vertx.setTimer(counts.limits().sweepMillis(), id -> sweep());
  }

  void close() {
    vertx.cancelTimer(timer);
  }

  /** Takes a new connection, or closes it at once. */
  void opened(HttpConnection connection) {
    String address = Addresses.network(connection.remoteAddress());
    boolean room = counts.open(address);
    connection.closeHandler(
        closed -> {
          open.remove(connection);
          counts.closed(address);
        });
    if (room) {
      open.put(connection, new Watch());
    } else {
      connection.close();
    }
  }

  /** A request came and was answered. */
  void answered(HttpServerRequest request) {
    came(request);
  }

  /** A request came and will be answered. */
  void running(HttpServerRequest request) {
    Watch watch = came(request);
    if (watch != null) {
      if (watch.running.size() >= PRUNE_AT) {
        watch.prune();
      }
      watch.running.add(request.response());
    }
  }

  private @Nullable Watch came(HttpServerRequest request) {
    Watch watch = open.get(request.connection());
    if (watch != null) {
      watch.asked = true;
      watch.recent = true;
    }
    return watch;
  }

  private void sweep() {
    long now = System.nanoTime();
    List<HttpConnection> late = new ArrayList<>();
    open.forEach(
        (connection, watch) -> {
          if (watch.busy() || watch.recent) {
            watch.recent = false;
            watch.since = now;
          } else if (now - watch.since > allowed(watch)) {
            late.add(connection);
          }
        });
    late.forEach(this::end);
    timer = vertx.setTimer(counts.limits().sweepMillis(), id -> sweep());
  }

  /** Closes in order, and cuts off whoever has not taken in as long what was sent before. */
  private void end(HttpConnection connection) {
    Watch watch = open.get(connection);
    if (watch == null) {
      return;
    }
    if (watch.closing) {
      Cut.connection(connection);
    } else {
      watch.closing = true;
      watch.since = System.nanoTime();
      counts.late();
      connection.close();
    }
  }

  private long allowed(Watch watch) {
    ConnectionCounts.Limits limits = counts.limits();
    return TimeUnit.MILLISECONDS.toNanos(watch.asked ? limits.idleMillis() : limits.firstMillis());
  }
}
