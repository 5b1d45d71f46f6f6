package dev.holdfast.app;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.health.GetHealth;
import dev.holdfast.messages.health.HealthRoutes;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd when the manager is ready, that it is alive, and when it stops (sd_notify): by the
 * program {@code systemd-notify}, since the JDK opens no datagram socket by path. Does nothing
 * where {@code NOTIFY_SOCKET} is not set.
 *
 * <p>Alive is a manager whose health room answers over the bus: one that hangs is started again.
 */
final class Systemd {
  private static final Logger LOG = LoggerFactory.getLogger(Systemd.class);
  private static final long PATIENCE_SECONDS = 5;

  private final Vertx vertx;
  private final boolean asked;
  private final long watchdogMillis;

  Systemd(Vertx vertx, Map<String, String> environment) {
    this.vertx = vertx;
    this.asked = !environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty();
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    this.watchdogMillis = micros.matches("[0-9]{4,15}") ? Long.parseLong(micros) / 2_000 : 0;
  }

  /** The manager serves. */
  void ready() {
    if (asked) {
      tellLater("READY=1");
      if (watchdogMillis > 0) {
        alive();
      }
    }
  }

  /** The manager begins to stop; blocks for a moment. */
  void stopping() {
    if (asked) {
      tell("STOPPING=1");
    }
  }

  private void alive() {
    new Bus(vertx)
        .call(HealthRoutes.GET, new GetHealth())
        .onSuccess(health -> tellLater("WATCHDOG=1"))
        .onFailure(failure -> LOG.error("systemd is not told that this manager lives", failure))
        .onComplete(done -> vertx.setTimer(watchdogMillis, fired -> alive()));
  }

  private void tellLater(String state) {
    vertx.executeBlocking(
        () -> {
          tell(state);
          return null;
        },
        false);
  }

  private static void tell(String state) {
    try {
      Process process =
          new ProcessBuilder("systemd-notify", state)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        LOG.warn("systemd-notify {}: failed", state);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      LOG.warn("systemd-notify {}: cannot be run: {}", state, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
