package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.DeleteSecret;
import dev.holdfast.messages.settings.PutSecret;
import dev.holdfast.messages.settings.RevealSecret;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sets, removes and reveals single secrets. */
final class SecretCalls {
  private static final int MAX_REASON = 500;

  private final Bus bus;
  private final Changes changes;

  SecretCalls(Bus bus, Changes changes) {
    this.bus = bus;
    this.changes = changes;
  }

  Future<Reply> put(Exchange exchange) {
    String value = Objects.requireNonNull((String) exchange.body().get("value"), "value");
    PutSecret question =
        new PutSecret(
            exchange.service(),
            exchange.key(),
            SecretValue.of(value),
            (String) exchange.body().get("reason"),
            exchange.caller());
    return bus.call(SettingsRoutes.PUT_SECRET, question)
        .onSuccess(changes::apply)
        .map(done -> changes.reply(exchange, done));
  }

  Future<Reply> delete(Exchange exchange) {
    DeleteSecret question =
        new DeleteSecret(
            exchange.service(), exchange.key(), exchange.text("reason"), exchange.caller());
    return bus.call(SettingsRoutes.DELETE_SECRET, question)
        .onSuccess(changes::apply)
        .map(done -> changes.reply(exchange, done));
  }

  /** One secret in clear; the access log has it, durably, before it is answered. */
  Future<Reply> reveal(Exchange exchange) {
    String reason = reason((String) exchange.body().get("reason"));
    RevealSecret question =
        new RevealSecret(exchange.service(), exchange.key(), reason, exchange.caller());
    return bus.call(SettingsRoutes.REVEAL, question)
        .map(
            found ->
                Reply.json(new JsonObject().put("value", found.value().reveal()))
                    .with("cache-control", "no-store"));
  }

  private static String reason(@Nullable String reason) {
    if (reason != null && !reason.isBlank() && reason.length() <= MAX_REASON) {
      return reason;
    }
    String fault =
        reason == null ? "missing" : reason.isBlank() ? "blank" : reason.length() + " characters";
    String message =
        "reason: " + fault + " (expected: 1 to " + MAX_REASON + " characters, not blank)";
    String type = reason == null ? "required" : reason.isBlank() ? "min_length" : "max_length";
    throw BusFailure.invalid(message, List.of(new FieldError("reason", message, type)));
  }
}
