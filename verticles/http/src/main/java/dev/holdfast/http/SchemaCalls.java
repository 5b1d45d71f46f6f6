package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.settings.GetSchemas;
import dev.holdfast.messages.settings.PutSchema;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.model.ServiceSchema;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.stream.Collectors;

/** Schemas. Their documents are passed on as the text they are kept in. */
final class SchemaCalls {
  private final Bus bus;
  private final ReadModel model;

  SchemaCalls(Bus bus, ReadModel model) {
    this.bus = bus;
    this.model = model;
  }

  Future<Reply> list(Exchange exchange) {
    return bus.call(SettingsRoutes.SCHEMAS, new GetSchemas())
        .map(
            all -> {
              StringBuilder out = new StringBuilder(4096).append("{\"schema_version\":");
              out.append(all.schemaVersion()).append(",\"model_hash\":");
              CanonicalJson.appendString(out, all.modelHash());
              String schemas =
                  all.schemas().stream()
                      .filter(schema -> exchange.caller().sees(schema.service()))
                      .map(SchemaCalls::text)
                      .collect(Collectors.joining(","));
              return Reply.json(
                  out.append(",\"schemas\":[").append(schemas).append("]}").toString());
            });
  }

  Future<Reply> get(Exchange exchange) {
    String service = exchange.service();
    return bus.call(SettingsRoutes.SCHEMAS, new GetSchemas())
        .map(
            all ->
                all.schemas().stream()
                    .filter(schema -> schema.service().equals(service))
                    .findFirst()
                    .map(schema -> Reply.json(text(schema)))
                    .orElseThrow(
                        () ->
                            BusFailure.of(
                                FailureCode.NOT_FOUND, service + ": there is no such schema")));
  }

  Future<Reply> put(Exchange exchange) {
    String service = exchange.service();
    return bus.call(
            SettingsRoutes.PUT_SCHEMA, new PutSchema(service, exchange.body(), exchange.caller()))
        .onSuccess(done -> model.apply(done.event()))
        .map(
            done ->
                Reply.json(
                    new JsonObject()
                        .put("success", true)
                        .put("service", service)
                        .put("version", done.version())
                        .put("config_epoch", done.epoch())
                        .put("message", done.message())));
  }

  private static String text(ServiceSchema schema) {
    return "{\"service\":\""
        + schema.service()
        + "\",\"origin\":\""
        + schema.origin().word()
        + "\",\"schema\":"
        + schema.document()
        + "}";
  }
}
