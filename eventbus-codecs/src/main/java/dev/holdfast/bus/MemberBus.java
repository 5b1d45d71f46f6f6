package dev.holdfast.bus;

import static java.util.Objects.requireNonNull;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public side of the bus: what every member of a cluster may ask and hear. JSON and text only,
 * no class of ours. Belongs to one context.
 *
 * <p>Whatever leaves here may be read by any member, and a question may be answered by any member
 * that registers the same address; so nothing internal comes this way, and what is published is
 * signed.
 */
public final class MemberBus {
  private static final Logger LOG = LoggerFactory.getLogger(MemberBus.class);
  private static final int OK = 200;

  private final EventBus eventBus;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();

  /** A view of this Vert.x instance's bus. */
  public MemberBus(Vertx vertx) {
    this.eventBus = requireNonNull(vertx, "vertx").eventBus();
  }

  /** A question of a member, not yet checked in any way. */
  public static final class Question {
    private final Message<Object> message;

    private Question(Message<Object> message) {
      this.message = message;
    }

    /** What was sent, or null where it is no JSON object. */
    public @Nullable JsonObject json() {
      return message.body() instanceof JsonObject json ? json : null;
    }

    /** The first header of that name, in whatever case; or null. */
    public @Nullable String header(String name) {
      return message.headers().get(name);
    }
  }

  /**
   * What a member gets.
   *
   * @param status 200 for an answer; any other fails the asker's request, as its failure code
   * @param text the answer, a JSON object; or the failure's message
   */
  public record Answer(int status, String text) {
    public Answer {
      requireNonNull(text, "text");
    }

    /** Without the text: a secret may be in it. */
    @Override
    public String toString() {
      return "Answer[" + status + "]";
    }
  }

  /** Serves a public address. Done when the other members know. */
  public Future<Void> serve(String address, Function<Question, Future<Answer>> handler) {
    MessageConsumer<Object> consumer = eventBus.consumer(address);
    consumers.add(consumer);
    consumer.handler(
        message ->
            answer(handler, new Question(message))
                .onSuccess(answer -> reply(message, answer))
                .onFailure(
                    failure -> {
                      LOG.error("{}: failed", address, failure);
                      message.fail(FailureCode.INTERNAL.httpStatus(), "internal error");
                    }));
    return consumer.completion();
  }

  /** Hears texts that any member may publish; others than texts are left aside. */
  public Future<Void> listen(String address, Consumer<String> handler) {
    MessageConsumer<Object> consumer = eventBus.consumer(address);
    consumers.add(consumer);
    consumer.handler(
        message -> {
          if (message.body() instanceof String text) {
            handler.accept(text);
          }
        });
    return consumer.completion();
  }

  /** Tells every member that listens. */
  public void publish(String address, String text) {
    eventBus.publish(address, text, new DeliveryOptions());
  }

  /**
   * Serves what {@code open} registers, and then no more what was registered before: no question
   * falls between. Fails as {@code open} does.
   */
  public Future<Void> anew(Supplier<Future<Void>> open) {
    List<MessageConsumer<?>> before = taken();
    return open.get().eventually(() -> unregister(before));
  }

  /** Serves no more. */
  public Future<Void> close() {
    return unregister(taken());
  }

  private List<MessageConsumer<?>> taken() {
    List<MessageConsumer<?>> all = List.copyOf(consumers);
    consumers.clear();
    return all;
  }

  private static Future<Void> unregister(List<MessageConsumer<?>> all) {
    return Future.join(all.stream().map(MessageConsumer::unregister).toList()).mapEmpty();
  }

  private static void reply(Message<Object> message, Answer answer) {
    if (answer.status() == OK) {
      message.reply(new JsonObject(answer.text()));
    } else {
      message.fail(answer.status(), answer.text());
    }
  }

  /** What a member sent may not even decode; that is its fault, and nobody else's. */
  private static Future<Answer> answer(
      Function<Question, Future<Answer>> handler, Question question) {
    try {
      return handler.apply(question);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }
}
