package dev.holdfast.mqtt;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.json.StrictJson;
import dev.holdfast.messages.fleet.FleetRoutes;
import dev.holdfast.messages.fleet.InstanceReported;
import dev.holdfast.messages.fleet.ReportForm;
import dev.holdfast.messages.fleet.ServiceHealthCleared;
import dev.holdfast.model.Names;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what instances and services say of themselves and tells the rooms, after it was held
 * against its grammar. Whoever may publish may say anything, as often as it likes: what is not a
 * report is counted, and what comes too fast is counted without a look. Belongs to one event loop.
 */
final class Reports {
  /** So many a second are looked at. */
  static final int MOST_A_SECOND = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(Reports.class);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Bus bus;
  private final Meters meters;
  private final LongSupplier nanos;
  private final Seldom refusals;
  private final Seldom drops;
  private long secondBegan;
  private int inThisSecond;

  /**
   * @param nanos counts as {@link System#nanoTime} does
   */
  Reports(Bus bus, Meters meters, LongSupplier nanos) {
    this.bus = bus;
    this.meters = meters;
    this.nanos = nanos;
    this.refusals = new Seldom(nanos);
    this.drops = new Seldom(nanos);
    this.secondBegan = nanos.getAsLong();
  }

  /**
   * Takes a message.
   *
   * @param kept whether the broker had kept it
   */
  void heard(String topic, Buffer payload, boolean kept) {
    if (topic.equals(Topics.HEALTH)) {
      return; // The manager's own.
    }
    if (tooMany()) {
      meters.reportDropped();
      drops.run(
          unsaid ->
              LOG.warn(
                  "more than {} reports a second: the rest is dropped{}", MOST_A_SECOND, unsaid));
      return;
    }
    String service = Topics.healthOf(topic);
    if (payload.length() == 0) {
      cleared(service);
      return;
    }
    try {
      if (service == null) {
        bus.publish(FleetRoutes.REPORTED, read(topic, payload, kept));
      } else {
        bus.publish(FleetRoutes.HEALTH, ReportForm.readHealth(service, members(payload)));
      }
    } catch (BusFailure failure) {
      meters.reportRefused();
      refusals.run(
          unsaid ->
              LOG.warn(
                  "{}: a report was refused: {}{}",
                  Names.printable(topic),
                  failure.detail(),
                  unsaid));
    }
  }

  /** What was retained was cleared; an instance's last report counts all the same. */
  private void cleared(@Nullable String service) {
    if (service != null) {
      bus.publish(FleetRoutes.HEALTH_CLEARED, new ServiceHealthCleared(service));
    }
  }

  private static InstanceReported read(String topic, Buffer payload, boolean kept) {
    Topics.Reporter reporter = Topics.reporter(topic);
    if (reporter == null) {
      throw refusal("the topic is not that of a service or of an instance of one");
    }
    return ReportForm.read(
        reporter.service(),
        reporter.instance(),
        members(payload),
        kept ? InstanceReported.RETAINED : InstanceReported.MQTT);
  }

  private static Map<String, @Nullable Object> members(Buffer payload) {
    if (payload.length() > ReportForm.MAX_BYTES) {
      throw refusal(payload.length() + " bytes (expected: at most " + ReportForm.MAX_BYTES + ")");
    }
    return StrictJson.object(payload.getBytes());
  }

  private static BusFailure refusal(String detail) {
    return BusFailure.of(FailureCode.BAD_REQUEST, detail);
  }

  private boolean tooMany() {
    long now = nanos.getAsLong();
    if (now - secondBegan >= SECOND) {
      secondBegan = now;
      inThisSecond = 0;
    }
    inThisSecond = Math.min(inThisSecond + 1, MOST_A_SECOND + 1);
    return inThisSecond > MOST_A_SECOND;
  }
}
