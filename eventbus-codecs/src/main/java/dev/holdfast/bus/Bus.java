package dev.holdfast.bus;

import static java.util.Objects.requireNonNull;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The typed event bus. Everything sent through it stays in this process: consumers are local and
 * every send is {@code localOnly}, so a stranger in a cluster neither hears nor answers.
 *
 * <p>Handlers run on the context of the verticle that registered them and end with it. Whatever a
 * handler does wrong (it throws, returns null, or its future fails) reaches the caller as a {@link
 * BusFailure}; it never shows as a time-out.
 */
public final class Bus {
  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

  private final EventBus eventBus;

  /** A view of this Vert.x instance's bus. The codecs must have been registered on it. */
  public Bus(Vertx vertx) {
    this.eventBus = requireNonNull(vertx, "vertx").eventBus();
  }

  /**
   * Asks, and waits at most the route's time-out. Fails with a {@link BusFailure}: the one the
   * serving room gave, or {@link FailureCode#UNAVAILABLE} when there is no answer.
   */
  public <Q, R> Future<R> call(Route<Q, R> route, Q question) {
    DeliveryOptions options =
        new DeliveryOptions().setLocalOnly(true).setSendTimeout(route.timeoutMillis());
    return eventBus
        .<R>request(route.address(), question, options)
        .map(Message::body)
        .recover(failure -> Future.failedFuture(typed(route, failure)));
  }

  /** Serves a route: {@code handler} answers each question with a future of the answer. */
  public <Q, R> void serve(Route<Q, R> route, Function<Q, Future<R>> handler) {
    eventBus.<Q>localConsumer(
        route.address(),
        message ->
            answer(route, handler, message.body())
                .onComplete(
                    result -> {
                      if (result.succeeded()) {
                        message.reply(result.result(), local());
                      } else {
                        message.reply(inner(route, result.cause()), local());
                      }
                    }));
  }

  /** Tells everybody who listens. Order is kept between one publisher and one subscriber. */
  public <E> void publish(Topic<E> topic, E event) {
    eventBus.publish(topic.address(), event, local());
  }

  /** Listens. A handler that throws is logged and hears the next event all the same. */
  public <E> void subscribe(Topic<E> topic, Consumer<E> handler) {
    eventBus.<E>localConsumer(
        topic.address(),
        message -> {
          try {
            handler.accept(message.body());
          } catch (RuntimeException e) {
            LOG.error("{}: a subscriber failed", topic.address(), e);
          }
        });
  }

  private static <Q, R> Future<R> answer(
      Route<Q, R> route, Function<Q, Future<R>> handler, Q question) {
    try {
      Future<R> future = handler.apply(question);
      if (future == null) {
        throw new IllegalStateException(route.address() + ": the handler returned null");
      }
      return future.map(
          reply -> {
            if (reply == null) {
              throw new IllegalStateException(route.address() + ": the answer is null");
            }
            return reply;
          });
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** At the serving side: what is not typed yet is a defect, logged here once. */
  private static BusFailure inner(Route<?, ?> route, Throwable failure) {
    if (failure instanceof BusFailure typed) {
      return typed;
    }
    LOG.error("{}: failed", route.address(), failure);
    return BusFailure.of(FailureCode.INTERNAL, "internal error, see the log");
  }

  /** At the asking side. */
  private static BusFailure typed(Route<?, ?> route, Throwable failure) {
    if (failure instanceof BusFailure typed) {
      return typed;
    }
    if (failure instanceof ReplyException reply
        && reply.failureType() != ReplyFailure.RECIPIENT_FAILURE) {
      LOG.warn("{}: no answer: {}", route.address(), reply.getMessage());
      return BusFailure.of(
          FailureCode.UNAVAILABLE,
          reply.failureType() == ReplyFailure.TIMEOUT
              ? "no answer within " + route.timeoutMillis() + " ms"
              : "this part of the manager is not running");
    }
    return inner(route, failure);
  }

  private static DeliveryOptions local() {
    return new DeliveryOptions().setLocalOnly(true);
  }
}
