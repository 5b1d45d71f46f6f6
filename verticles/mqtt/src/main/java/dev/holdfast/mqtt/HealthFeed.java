package dev.holdfast.mqtt;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.health.GetHealth;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the manager's health into the outbox, and knows what to say when the manager goes. */
final class HealthFeed {
  private static final Logger LOG = LoggerFactory.getLogger(HealthFeed.class);

  private static final HealthReport UNKNOWN =
      new HealthReport(false, "", "", "", 0, false, "", null, null, null);

  private final Bus bus;
  private final Outbox outbox;
  private final Runnable news;
  private @Nullable HealthReport last;
  private long order;

  /**
   * @param news called when the outbox holds something new
   */
  HealthFeed(Bus bus, Outbox outbox, Runnable news) {
    this.bus = bus;
    this.outbox = outbox;
    this.news = news;
  }

  /** Listens, and asks for the state now. Completes also when there is none yet. */
  Future<Void> start() {
    bus.subscribe(HealthRoutes.CHANGED, this::heard);
    return bus.call(HealthRoutes.GET, new GetHealth())
        .onSuccess(
            report -> {
              if (last == null) {
                heard(report);
              }
            })
        .onFailure(failure -> LOG.info("health is not known yet: {}", failure.getMessage()))
        .otherwiseEmpty()
        .mapEmpty();
  }

  /** The last will: the manager went without a word. */
  Buffer gone() {
    return gone(last, "manager-gone", "the manager's connection broke");
  }

  /** The last word of a manager that is stopped. */
  Buffer stopped() {
    return gone(last, "manager-stopped", "the manager was stopped");
  }

  private void heard(HealthReport report) {
    last = report;
    order++;
    Buffer payload = json(report, report.ok(), report.event(), report.err());
    outbox.offer(
        new Entry.Plain(Topics.HEALTH, order, payload), Outbox.Cause.CHANGE, System.nanoTime());
    news.run();
  }

  private static Buffer gone(@Nullable HealthReport last, String event, String err) {
    return json(last, false, event, err);
  }

  /** The fields of {@code GET /health}; null for what is not known. */
  private static Buffer json(
      @Nullable HealthReport report, boolean ok, @Nullable String event, @Nullable String err) {
    Map<String, @Nullable Object> members = (report == null ? UNKNOWN : report).members();
    if (report == null) {
      members.replaceAll((name, value) -> null);
    }
    members.put("ok", ok);
    members.put("event", event);
    members.put("err", err);
    return new JsonObject(members).toBuffer();
  }
}
