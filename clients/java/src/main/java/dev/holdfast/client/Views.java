package dev.holdfast.client;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** All views of one service. Belongs to one event loop. */
final class Views {
  private final List<View<?>> all = new ArrayList<>();

  void add(View<?> view) {
    all.add(view);
  }

  void remove(View<?> view) {
    all.remove(view);
  }

  /**
   * Gives settings to all views: done when each has taken them. Fails, and leaves each with what it
   * had, where they do not fit one of them or somebody who was told throws.
   */
  Future<Void> take(Settings settings) {
    return Future.join(all.stream().map(View::ready).toList()).compose(done -> takeNow(settings));
  }

  private Future<Void> takeNow(Settings settings) {
    List<View.Prepared<?>> prepared = new ArrayList<>();
    try {
      for (View<?> view : all) {
        prepared.add(View.Prepared.of(view, settings));
      }
    } catch (Misfit e) {
      return Future.failedFuture(e);
    }
    return deliver(prepared, 0).onSuccess(done -> prepared.forEach(View.Prepared::commit));
  }

  private static Future<Void> deliver(List<View.Prepared<?>> prepared, int next) {
    if (next == prepared.size()) {
      return Future.succeededFuture();
    }
    return prepared
        .get(next)
        .deliver()
        .compose(done -> deliver(prepared, next + 1))
        .recover(
            failure ->
                // From the last that was told back to the first.
                prepared.get(next).takeBack().compose(done -> Future.failedFuture(failure)));
  }
}
