package dev.holdfast.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.crypto.GetKeys;
import dev.holdfast.messages.crypto.SignedUpdate;
import dev.holdfast.messages.mqtt.BrokerState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class BusTest {
  private static final Route<GetKeys, SignedUpdate> ROUTE =
      Route.route("test.route", GetKeys.class, SignedUpdate.class);
  private static final SignedUpdate ANSWER = new SignedUpdate("router", 1, "epoch", "{}");

  private Bus bus;

  @BeforeEach
  void register(Vertx vertx) {
    Codecs.register(vertx);
    bus = new Bus(vertx);
  }

  @Test
  void call_served_givesTheVeryAnswer(VertxTestContext context) {
    bus.serve(ROUTE, question -> Future.succeededFuture(ANSWER));
    bus.call(ROUTE, new GetKeys())
        .onComplete(
            context.succeeding(
                answer ->
                    context.verify(
                        () -> {
                          assertThat(answer).isSameAs(ANSWER);
                          context.completeNow();
                        })));
  }

  @Test
  void call_failsTyped_keepsCodeErrorsAndVersion(VertxTestContext context) {
    BusFailure failure = BusFailure.stale("router", 3, 7);
    bus.serve(ROUTE, question -> Future.failedFuture(failure));
    bus.call(ROUTE, new GetKeys())
        .onComplete(
            context.failing(
                caught ->
                    context.verify(
                        () -> {
                          assertThat(caught).isSameAs(failure);
                          assertThat(((BusFailure) caught).currentVersion()).isEqualTo(7L);
                          context.completeNow();
                        })));
  }

  @Test
  void call_handlerThrows_failsInternalAndNotByTimeout(VertxTestContext context) {
    bus.serve(
        ROUTE,
        question -> {
          throw new IllegalStateException("defect with a detail that stays inside");
        });
    expect(context, FailureCode.INTERNAL);
  }

  @Test
  void call_handlerGivesNullFuture_failsInternal(VertxTestContext context) {
    bus.serve(ROUTE, question -> null);
    expect(context, FailureCode.INTERNAL);
  }

  @Test
  void call_handlerGivesNullAnswer_failsInternal(VertxTestContext context) {
    bus.serve(ROUTE, question -> Future.succeededFuture(null));
    expect(context, FailureCode.INTERNAL);
  }

  @Test
  void call_nobodyServes_failsUnavailable(VertxTestContext context) {
    expect(context, FailureCode.UNAVAILABLE);
  }

  @Test
  void call_answerTooLate_failsUnavailable(VertxTestContext context) {
    bus.serve(ROUTE, question -> Future.future(never -> {}));
    bus.call(ROUTE.within(50), new GetKeys())
        .onComplete(context.failing(caught -> verify(context, caught, FailureCode.UNAVAILABLE)));
  }

  @Test
  void subscribe_handlerThrows_hearsTheNextEvent(VertxTestContext context) {
    Topic<BrokerState> topic = Topic.topic("test.topic", BrokerState.class);
    List<BrokerState> heard = new ArrayList<>();
    bus.subscribe(
        topic,
        event -> {
          heard.add(event);
          if (heard.size() == 1) {
            throw new IllegalStateException("defect");
          }
          context.completeNow();
        });
    bus.publish(topic, new BrokerState(true, true, null));
    bus.publish(topic, new BrokerState(false, true, null));
  }

  private void expect(VertxTestContext context, FailureCode code) {
    bus.call(ROUTE, new GetKeys())
        .onComplete(context.failing(caught -> verify(context, caught, code)));
  }

  private static void verify(VertxTestContext context, Throwable caught, FailureCode code) {
    context.verify(
        () -> {
          assertThat(caught).isInstanceOf(BusFailure.class);
          assertThat(((BusFailure) caught).code()).isEqualTo(code);
          assertThat(caught.getMessage()).doesNotContain("stays inside");
          context.completeNow();
        });
  }
}
