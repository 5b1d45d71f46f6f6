package dev.holdfast.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The manager over the clustered event bus. Any member may answer there, so of an answer only what
 * is signed counts.
 */
final class ManagerBus implements Manager {
  static final String PREFIX = "holdfast.config.";

  private static final long ANSWER_MILLIS = 3_000;

  private final EventBus bus;
  private final @Nullable String token;
  private final Verifier verifier;

  ManagerBus(Vertx vertx, @Nullable String token, Verifier verifier) {
    if (!vertx.isClustered()) {
      throw new IllegalArgumentException(
          "bus: this Vert.x instance is in no cluster (expected: one of buildClustered())");
    }
    this.bus = vertx.eventBus();
    this.token = token;
    this.verifier = verifier;
  }

  @Override
  public Future<Read> read(String service) {
    return ask("get", new JsonObject().put("service", service))
        .map(answer -> new Read(signed(service, answer), Origin.BUS));
  }

  @Override
  public Future<JsonObject> clear(String service) {
    return Future.failedFuture(
        new HoldfastException("secrets are not taken from the event bus (expected: a URL)"));
  }

  /** They are not signed. */
  @Override
  public boolean tellsSecrets() {
    return false;
  }

  /** The signed state in an answer. */
  Update signed(String service, JsonObject answer) {
    if (answer.getValue("signed") instanceof String payload) {
      return verifier.verify(service, payload.getBytes(StandardCharsets.UTF_8));
    }
    throw new Refused(Refused.Check.SIGNATURE, "an answer that is not signed");
  }

  /** Asks; {@code call} is the last part of the address. */
  Future<JsonObject> ask(String call, JsonObject question) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(ANSWER_MILLIS);
    if (token != null) {
      options.addHeader("X-API-Token", token);
    }
    return bus.request(PREFIX + call, question, options)
        .transform(
            reply -> {
              if (reply.failed()) {
                return Future.failedFuture(failure(reply.cause()));
              }
              return reply.result().body() instanceof JsonObject json
                  ? Future.succeededFuture(json)
                  : Future.failedFuture(new HoldfastException("an answer that is no JSON object"));
            });
  }

  private static HoldfastException failure(Throwable failure) {
    if (failure instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE) {
      return HoldfastException.answered(
          reply.failureCode(), String.valueOf(reply.getMessage()), failure);
    }
    return new HoldfastException(0, "nobody answers on the event bus", failure);
  }
}
