package dev.holdfast.client;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who uses the settings of a service, in a form of its own. Settings are taken by all
 * views of a service or by none.
 *
 * @param <T> the form
 */
abstract class View<T> {
  private @Nullable T current;

  /** Done when forms can be made without waiting. */
  Future<?> ready() {
    return Future.succeededFuture();
  }

  /**
   * Makes the form, changing nothing.
   *
   * @throws Misfit where these settings do not fit it
   */
  abstract T prepare(Settings settings);

  /** Hands it out to whoever subscribed; fails where one of them does. */
  abstract Future<Void> deliver(T prepared);

  /** What is in use; null before the first. */
  @Nullable T current() {
    return current;
  }

  void commit(T prepared) {
    current = prepared;
  }

  /** A view with what it made of some settings. */
  static final class Prepared<T> {
    private final View<T> view;
    private final T form;

    private Prepared(View<T> view, T form) {
      this.view = view;
      this.form = form;
    }

    static <T> Prepared<T> of(View<T> view, Settings settings) {
      return new Prepared<>(view, view.prepare(settings));
    }

    Future<Void> deliver() {
      return form.equals(view.current()) ? Future.succeededFuture() : view.deliver(form);
    }

    /** Hands out once more what was in use before; that it fails again says nothing new. */
    Future<Void> takeBack() {
      T before = view.current();
      return before == null || before.equals(form)
          ? Future.succeededFuture()
          : view.deliver(before).otherwiseEmpty();
    }

    void commit() {
      view.commit(form);
    }
  }
}
