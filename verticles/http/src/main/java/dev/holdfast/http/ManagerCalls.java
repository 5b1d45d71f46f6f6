package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.GetKeys;
import dev.holdfast.messages.health.HealthReport;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** What is said of the manager itself. */
final class ManagerCalls {
  private final Bus bus;
  private final ReadModel model;
  private final HealthView health;
  private final Access access;

  ManagerCalls(Bus bus, ReadModel model, HealthView health, Access access) {
    this.bus = bus;
    this.model = model;
    this.health = health;
    this.access = access;
  }

  Future<Reply> keys(Exchange exchange) {
    return bus.call(CryptoRoutes.KEYS, new GetKeys())
        .map(
            found -> {
              JsonArray keys = new JsonArray();
              found
                  .signatureKeys()
                  .forEach(
                      key ->
                          keys.add(
                              new JsonObject()
                                  .put("id", key.id())
                                  .put("public_key", key.pem())
                                  .put("algorithm", "Ed25519")
                                  .put("signing", key.signing())));
              return Reply.json(new JsonObject().put("keys", keys));
            });
  }

  Future<Reply> health(Exchange exchange) {
    HealthReport report = Objects.requireNonNull(health.newest(), "health");
    JsonObject json = HealthView.json(report);
    Grant grant = exchange.grant();
    if (exchange.flag("detail") && grant != null && grant.allows(Need.READ)) {
      json.put("detail", detail(report));
    }
    return Future.succeededFuture(Reply.json(json));
  }

  private JsonObject detail(HealthReport report) {
    JsonArray causes = new JsonArray();
    if (report.event() != null) {
      causes.add(new JsonObject().put("event", report.event()).put("err", report.err()));
    }
    JsonArray warnings = new JsonArray();
    access.weak().forEach(name -> warnings.add("token " + name + ": under 128 bits"));
    return new JsonObject()
        .put("causes", causes)
        .put("warnings", warnings)
        .put("revision", model.revision());
  }
}
