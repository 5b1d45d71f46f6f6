package dev.holdfast.client;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a service as a record, or as whatever else is made of them. Belongs to one event
 * loop; only {@link #newest} is read from elsewhere.
 *
 * @param <T> what they are made into
 */
final class RecordView<T> extends View<T> {
  private final Function<Settings, T> shape;
  private final Future<?> ready;
  private final List<Subscriber<T>> subscribers = new ArrayList<>();
  private volatile @Nullable T newest;
  private @Nullable T handedOut;
  private int waiting;

  /** Somebody who wants to be told; fails where it cannot take what it is told. */
  interface Subscriber<T> {
    Future<Void> tell(T updated);
  }

  RecordView(Function<Settings, T> shape) {
    this(shape, Future.succeededFuture());
  }

  /** {@code ready} is done when {@code shape} does not block any more. */
  RecordView(Function<Settings, T> shape, Future<?> ready) {
    this.shape = shape;
    this.ready = ready;
  }

  @Override
  Future<?> ready() {
    return ready;
  }

  /** What is in use, from any thread; null before the first. */
  @Nullable T newest() {
    return newest;
  }

  /** Somebody is waiting for the first: it will be handed out, so nobody need be told of it. */
  void await() {
    waiting++;
  }

  /** What was waited for is handed out. */
  void handOut(T form) {
    waiting--;
    handedOut = form;
  }

  /** Takes what is not from the manager: there was nothing better. */
  void standIn(T form) {
    commit(form);
  }

  /** Adds one, and tells it at once what nobody was handed out yet. */
  void subscribe(Subscriber<T> subscriber, Consumer<Throwable> failed) {
    subscribers.add(subscriber);
    T now = current();
    if (now != null && !now.equals(handedOut)) {
      subscriber.tell(now).onFailure(failed::accept);
    }
  }

  void unsubscribe(Subscriber<T> subscriber) {
    subscribers.remove(subscriber);
  }

  @Override
  T prepare(Settings settings) {
    return shape.apply(settings);
  }

  @Override
  Future<Void> deliver(T prepared) {
    if (current() == null && waiting > 0) {
      return Future.succeededFuture();
    }
    Future<Void> told = Future.succeededFuture();
    for (Subscriber<T> subscriber : List.copyOf(subscribers)) {
      told = told.compose(done -> subscriber.tell(prepared));
    }
    return told;
  }

  @Override
  void commit(T prepared) {
    super.commit(prepared);
    newest = prepared;
  }
}
