package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.MemberBus;
import dev.holdfast.messages.settings.State;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers what members of a cluster ask: through the same gate to the same calls as REST, so that
 * the same roles, rules and log entries hold. Belongs to one event loop.
 */
final class MemberAnswers {
  private static final int FORMAT = 1;

  private final Map<Call, Function<Exchange, Future<Reply>>> handlers;
  private final Gate gate;
  private final Problems problems;
  private final Stamp stamp;
  private final SseSigner signer;
  private final ReadModel model;

  MemberAnswers(
      Map<Call, Function<Exchange, Future<Reply>>> handlers,
      Gate gate,
      Problems problems,
      Stamp stamp,
      Bus bus,
      ReadModel model) {
    this.handlers = handlers;
    this.gate = gate;
    this.problems = problems;
    this.stamp = stamp;
    this.signer = new SseSigner(bus);
    this.model = model;
  }

  /** Answers one question; a failure becomes a problem document. Does not fail. */
  Future<MemberBus.Answer> answer(
      MemberBus.Question question, Function<MemberBus.Question, MemberQuestion> reader) {
    return answer(question, reader, exchange -> handler(exchange.call()).apply(exchange));
  }

  /** As {@link #answer(MemberBus.Question, Function)}, with another call behind the gate. */
  Future<MemberBus.Answer> answer(
      MemberBus.Question question,
      Function<MemberBus.Question, MemberQuestion> reader,
      Function<Exchange, Future<Reply>> handler) {
    String requestId = stamp.requestId(question.header("x-request-id"));
    return run(question, reader, handler, requestId)
        .otherwise(
            failure -> {
              Reply problem = problems.of(failure, requestId);
              return new MemberBus.Answer(problem.status(), problem.body().toString());
            });
  }

  private Future<MemberBus.Answer> run(
      MemberBus.Question question,
      Function<MemberBus.Question, MemberQuestion> reader,
      Function<Exchange, Future<Reply>> handler,
      String requestId) {
    try {
      MemberQuestion read = reader.apply(question);
      return gate.pass(read, read::body, requestId, read.call(), read.service(), null)
          .compose(
              exchange -> handler.apply(exchange).compose(reply -> signed(exchange, json(reply))))
          .map(json -> new MemberBus.Answer(200, json.encode()));
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Function<Exchange, Future<Reply>> handler(Call call) {
    return Objects.requireNonNull(handlers.get(call), call.name());
  }

  private static JsonObject json(Reply reply) {
    return new JsonObject(reply.body()).put("format", FORMAT);
  }

  /** With the service's newest state as it is signed for subscribers, where it is about one. */
  private Future<JsonObject> signed(Exchange exchange, JsonObject json) {
    boolean about =
        switch (exchange.call()) {
          case GET_SERVICE -> json.containsKey("config");
          case PUT_SERVICE, PATCH_SERVICE -> !exchange.flag("dry_run");
          default -> false;
        };
    @Nullable ServiceDocument newest = about ? model.get(exchange.service()) : null;
    // What is served without database and cache is nobody's state, so nothing signs for it.
    return newest == null || newest.snapshot().epoch().equals(State.NO_EPOCH)
        ? Future.succeededFuture(json)
        : signer
            .payload(SseState.of(newest.snapshot()))
            .map(payload -> json.put("signed", payload));
  }
}
