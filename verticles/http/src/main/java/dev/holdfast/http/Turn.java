package dev.holdfast.http;

import dev.holdfast.bus.MemberBus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which of several managers of a cluster speaks to its members: the one that has been a manager
 * longest, of those that were heard in the last seconds. Each tells the others again and again that
 * it is there, so nothing is left behind by one that dies. Belongs to one event loop.
 *
 * <p>Not a lock of the cluster: where the holder of one dies and the cluster comes together again
 * around it, it may be held for good.
 */
final class Turn {
  private static final String ADDRESS = "holdfast.manager";
  private static final long BEAT_MILLIS = 500;
  private static final long LISTEN_MILLIS = 1_000;
  private static final long SILENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);

  private final Vertx vertx;
  private final MemberBus bus;
  private final Consumer<Boolean> told;
  private final String id = UUID.randomUUID().toString();
  private final long since = System.currentTimeMillis();
  private @Nullable Boolean mine;
  private long olderHeard;
  private boolean olderKnown;
  private long timer = -1;

  /** {@code told} hears whether this manager speaks: at first, and whenever that changes. */
  Turn(Vertx vertx, MemberBus bus, Consumer<Boolean> told) {
    this.vertx = vertx;
    this.bus = bus;
    this.told = told;
  }

  /** Begins to listen; or listens anew, where the others may not know of it any more. */
  void start() {
    end()
        .compose(done -> bus.listen(ADDRESS, this::heard))
        .onComplete(
            done -> {
              beat();
              timer = vertx.setTimer(LISTEN_MILLIS, id -> look());
            });
  }

  /** Says and hears nothing more. */
  Future<Void> end() {
    vertx.cancelTimer(timer);
    return bus.close().otherwiseEmpty();
  }

  private void look() {
    beat();
    if (olderKnown && System.nanoTime() - olderHeard > SILENT_NANOS) {
      olderKnown = false;
    }
    decide();
    timer = vertx.setTimer(BEAT_MILLIS, id -> look());
  }

  private void beat() {
    bus.publish(ADDRESS, new JsonObject().put("id", id).put("since", since).encode());
  }

  private void heard(String text) {
    String other;
    long theirs;
    try {
      JsonObject beat = new JsonObject(text);
      other = beat.getString("id", "");
      theirs = beat.getLong("since", Long.MAX_VALUE);
    } catch (DecodeException | ClassCastException e) {
      return; // not of a manager
    }
    if (!other.equals(id) && (theirs < since || (theirs == since && other.compareTo(id) < 0))) {
      olderKnown = true;
      olderHeard = System.nanoTime();
      if (mine != null) {
        decide();
      }
    }
  }

  private void decide() {
    boolean now = !olderKnown;
    if (mine == null || mine != now) {
      mine = now;
      told.accept(now);
    }
  }
}
