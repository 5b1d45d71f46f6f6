package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.fleet.Fleet;
import dev.holdfast.messages.fleet.FleetEntry;
import dev.holdfast.messages.fleet.FleetRoutes;
import dev.holdfast.messages.fleet.GetFleet;
import dev.holdfast.messages.fleet.InstanceReported;
import dev.holdfast.messages.fleet.ServiceHealth;
import dev.holdfast.messages.fleet.ServiceHealthReported;
import dev.holdfast.model.Names;
import dev.holdfast.model.Times;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Who runs what, as far as they say. */
final class FleetCalls {
  private static final int ENTRY_CHARACTERS = 400;

  private final Bus bus;
  private final Denials denials;

  FleetCalls(Bus bus, Denials denials) {
    this.bus = bus;
    this.denials = denials;
  }

  /** The instances of the caller's scope, or of one service in it. */
  Future<Reply> list(Exchange exchange) {
    String service = exchange.text("service");
    if (service != null) {
      denials.checkScope(exchange.request(), exchange.grant(), Names.service(service));
    }
    return bus.call(FleetRoutes.FLEET, new GetFleet(service, exchange.caller()))
        .map(fleet -> Reply.json(text(fleet)));
  }

  /** As text at once: there may be thousands, and the event loop makes it. */
  private static String text(Fleet fleet) {
    StringBuilder out = new StringBuilder(64 + fleet.entries().size() * ENTRY_CHARACTERS);
    out.append("{\"instances\":[");
    String comma = "";
    for (FleetEntry entry : fleet.entries()) {
      append(out.append(comma), entry);
      comma = ",";
    }
    out.append("],\"total\":").append(fleet.entries().size()).append(",\"services\":[");
    comma = "";
    for (ServiceHealth health : fleet.services()) {
      append(out.append(comma), health);
      comma = ",";
    }
    return out.append("]}").toString();
  }

  private static void append(StringBuilder out, FleetEntry entry) {
    InstanceReported report = entry.report();
    text(out.append("{\"service\":"), report.service());
    text(out.append(",\"instance\":"), report.instance());
    out.append(",\"version\":").append(report.version());
    text(out.append(",\"config_epoch\":"), report.epoch());
    out.append(",\"applied\":").append(report.applied());
    text(out.append(",\"reason\":"), report.reason());
    text(out.append(",\"at\":"), Times.format(report.at()));
    text(out.append(",\"received_at\":"), Times.format(entry.receivedAt()));
    out.append(",\"behind_by\":").append(entry.behindBy());
    out.append(",\"silent_seconds\":").append(entry.silentSeconds()).append('}');
  }

  private static void append(StringBuilder out, ServiceHealth health) {
    ServiceHealthReported report = health.report();
    text(out.append("{\"service\":"), report.service());
    text(out.append(",\"ok\":").append(report.ok()).append(",\"event\":"), report.event());
    text(out.append(",\"err\":"), report.err());
    text(out.append(",\"received_at\":"), Times.format(health.receivedAt()));
    out.append('}');
  }

  private static void text(StringBuilder out, @Nullable String value) {
    if (value == null) {
      out.append("null");
    } else {
      CanonicalJson.appendString(out, value);
    }
  }
}
