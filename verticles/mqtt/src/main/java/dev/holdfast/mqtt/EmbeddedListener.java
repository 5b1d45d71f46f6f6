package dev.holdfast.mqtt;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the embedded broker up, and tries again in the background while its port is taken: the
 * manager never speaks to somebody else's broker instead.
 */
final class EmbeddedListener {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedListener.class);

  private final Vertx vertx;
  private final Access access;
  private final BrokerAddress address;
  private final long rebindMillis;
  private final Runnable up;
  private final Consumer<String> fault;
  private final Runnable reportRefused;
  private @Nullable EmbeddedBroker broker;
  private boolean stopped;
  private long timer = -1;

  /**
   * @param up called once it listens
   * @param fault told each time it cannot, for a person
   * @param reportRefused as {@link EmbeddedBroker} calls it
   */
  EmbeddedListener(
      Vertx vertx,
      Access access,
      BrokerAddress address,
      long rebindMillis,
      Runnable up,
      Consumer<String> fault,
      Runnable reportRefused) {
    this.vertx = vertx;
    this.access = access;
    this.address = address;
    this.rebindMillis = rebindMillis;
    this.up = up;
    this.fault = fault;
    this.reportRefused = reportRefused;
  }

  /** Where the manager's own client finds a broker that listens at this host. */
  static String reachable(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::", "0:0:0:0:0:0:0:0" -> "::1";
      default -> bindable(host);
    };
  }

  /** Listens, or tries again later. */
  void open() {
    EmbeddedBroker attempt =
        new EmbeddedBroker(vertx, access, bindable(address.host()), address.port(), reportRefused);
    broker = attempt;
    attempt
        .listen()
        .onSuccess(
            nothing -> {
              LOG.info("the embedded broker listens on {}", address.place());
              if (!stopped) {
                up.run();
              }
            })
        .onFailure(failure -> attempt.close().onComplete(done -> failed(failure)));
  }

  Future<Void> close() {
    stopped = true;
    vertx.cancelTimer(timer);
    EmbeddedBroker running = broker;
    return running == null ? Future.succeededFuture() : running.close();
  }

  private void failed(Throwable failure) {
    if (!stopped) {
      fault.accept(text(failure));
      timer = vertx.setTimer(rebindMillis, id -> open());
    }
  }

  /** A fixed address, so that what is bound is what is connected to. */
  private static String bindable(String host) {
    return host.toLowerCase(Locale.ROOT).equals("localhost") ? "127.0.0.1" : host;
  }

  private String text(Throwable failure) {
    String reason = String.valueOf(failure.getMessage());
    boolean taken = failure instanceof BindException && reason.contains("in use");
    return (taken
            ? "port " + address.port() + " on " + address.host() + " is taken"
            : "cannot listen on " + address.place() + " (" + reason + ")")
        + ": MQTT is off until it is free; or set CONFIG_EMBEDDED_MQTT_PORT to another port, or"
        + " MQTT_URL to your own broker";
  }
}
