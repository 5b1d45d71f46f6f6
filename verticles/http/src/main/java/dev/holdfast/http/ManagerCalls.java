package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.GetKeys;
import dev.holdfast.messages.crypto.Keys;
import dev.holdfast.messages.health.GetHealthDetail;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.settings.GetSecretsStatus;
import dev.holdfast.messages.settings.SettingsRoutes;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Optional;

/** What is said of the manager itself. */
final class ManagerCalls {
  private static final long STATUS_MILLIS = 1_000;

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
              found.signatureKeys().forEach(key -> keys.add(json(key)));
              return Reply.json(new JsonObject().put("keys", keys));
            });
  }

  Future<Reply> health(Exchange exchange) {
    HealthReport report = Objects.requireNonNull(health.newest(), "health");
    JsonObject json = HealthView.json(report);
    Grant grant = exchange.grant();
    if (!exchange.flag("detail") || grant == null || !grant.allows(Need.READ)) {
      return Future.succeededFuture(Reply.json(json));
    }
    return Future.join(secrets(grant), details(grant, report))
        .map(
            all ->
                Reply.json(
                    json.put(
                        "detail",
                        detail(all.<JsonObject>resultAt(1))
                            .put("secrets", all.<Optional<JsonObject>>resultAt(0).orElse(null)))));
  }

  /** Causes and past; the cause alone where the health room does not say. */
  private Future<JsonObject> details(Grant grant, HealthReport report) {
    return bus.call(HealthRoutes.DETAIL.within(STATUS_MILLIS), new GetHealthDetail())
        .map(found -> DetailView.json(found, grant))
        .otherwise(failure -> DetailView.json(report));
  }

  /** How the secrets stand; nothing where the settings room does not say. */
  private Future<Optional<JsonObject>> secrets(Grant grant) {
    return bus.call(SettingsRoutes.SECRETS_STATUS.within(STATUS_MILLIS), new GetSecretsStatus())
        .map(status -> Optional.of(SecretsView.json(status, grant)))
        .otherwise(Optional.empty());
  }

  private static JsonObject json(Keys.PublicKey key) {
    JsonObject json =
        new JsonObject()
            .put("id", key.id())
            .put("public_key", key.pem())
            .put("algorithm", "Ed25519")
            .put("signing", key.signing());
    Keys.Endorsement endorsement = key.endorsement();
    if (endorsement == null) {
      return json.putNull("valid_from");
    }
    return json.put("valid_from", endorsement.since())
        .put(
            "endorsement",
            new JsonObject()
                .put("by", endorsement.by())
                .put("since", endorsement.since())
                .put("signature", endorsement.signature()));
  }

  private JsonObject detail(JsonObject known) {
    JsonArray warnings = new JsonArray();
    access.weak().forEach(name -> warnings.add("token " + name + ": under 128 bits"));
    return known.put("warnings", warnings).put("revision", model.revision());
  }
}
