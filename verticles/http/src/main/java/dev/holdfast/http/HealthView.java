package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.health.GetHealth;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Holds the newest health report. Belongs to one event loop. */
final class HealthView {
  private final Bus bus;
  private @Nullable HealthReport newest;
  private Consumer<HealthReport> listener = report -> {};

  HealthView(Bus bus) {
    this.bus = bus;
  }

  /** Listens, then asks. Fails when nobody answers. */
  Future<Void> start() {
    bus.subscribe(HealthRoutes.CHANGED, this::heard);
    return bus.call(HealthRoutes.GET, new GetHealth())
        .map(
            report -> {
              if (newest == null) {
                heard(report);
              }
              return null;
            });
  }

  private void heard(HealthReport report) {
    newest = report;
    listener.accept(report);
  }

  /** From now on this hears every report. */
  void onReport(Consumer<HealthReport> newListener) {
    listener = newListener;
    if (newest != null) {
      newListener.accept(newest);
    }
  }

  /** The newest report; null before the first. */
  @Nullable HealthReport newest() {
    return newest;
  }

  /** A report as {@code GET /health} shows it. */
  static JsonObject json(HealthReport report) {
    return new JsonObject(report.members());
  }
}
