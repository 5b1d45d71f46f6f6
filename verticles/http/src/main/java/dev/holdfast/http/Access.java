package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.http.HttpTopics;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may come in: the tokens, which change while the manager runs, the sessions begun with them,
 * and the failures by address. One for all instances; safe for use by several threads.
 */
final class Access {
  private static final Logger LOG = LoggerFactory.getLogger(Access.class);
  private static final long SWEEP_MILLIS = 10_000;
  private static final int MAX_SESSIONS = 10_000;
  private static final int MAX_SESSIONS_PER_TOKEN = 1_000;

  private final Sessions sessions;
  private final Attempts guesses;
  private final Attempts strangers;
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
  private volatile Tokens tokens;

  /** What is used outside tests. */
  static Access of(HttpVerticle.Options options) {
    return new Access(
        options,
        Attempts.Limits.DEFAULTS,
        () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
        Clock.systemUTC());
  }

  /** {@code millis} tells a time that never goes back. */
  Access(HttpVerticle.Options options, Attempts.Limits limits, LongSupplier millis, Clock clock) {
    tokens = Tokens.parse(options.tokens());
    warn(tokens);
    guesses = new Attempts(millis, limits);
    strangers = new Attempts(millis, limits);
    sessions =
        new Sessions(
            new Sessions.Limits(
                TimeUnit.MINUTES.toMillis(options.sessionIdleMinutes()),
                TimeUnit.HOURS.toMillis(options.sessionMaxHours()),
                MAX_SESSIONS,
                MAX_SESSIONS_PER_TOKEN),
            grant -> tokens.holds(grant),
            millis,
            clock);
  }

  /** Listens for other tokens, and lets go of what timed out. Called by one instance for all. */
  void follow(Bus bus, Vertx vertx) {
    bus.subscribe(HttpTopics.TOKENS, changed -> replace(changed.entries()));
    sweepLater(vertx);
  }

  /** The tokens there are now. */
  Tokens tokens() {
    return tokens;
  }

  /** The names of the tokens of under 128 bits, now. */
  List<String> weak() {
    return tokens.weak();
  }

  Sessions sessions() {
    return sessions;
  }

  /** Wrong tokens, by address. */
  Attempts guesses() {
    return guesses;
  }

  /** Requests without a token where one is needed, by address. */
  Attempts strangers() {
    return strangers;
  }

  /**
   * Takes other tokens. Whoever came in by one that is gone, or has another name, role or scope, is
   * shown out. A list with a fault is refused in the log, and the tokens stay.
   */
  synchronized void replace(List<String> entries) {
    Tokens next;
    try {
      next = Tokens.parse(entries).keeping(tokens);
    } catch (IllegalArgumentException e) {
      LOG.warn("the tokens stay as they were: {}", e.getMessage());
      return;
    }
    tokens = next;
    sessions.sweep();
    LOG.info("CONFIG_API_TOKENS: {} tokens now", next.size());
    warn(next);
    watchers.forEach(Runnable::run);
  }

  /** Whether who came in by that grant, and that session if any, may stay. */
  boolean admits(Grant grant, @Nullable Session session) {
    return session == null ? tokens.holds(grant) : sessions.holds(session);
  }

  /** Ends a session, and what goes on under it. */
  void end(Session session) {
    sessions.end(session);
    watchers.forEach(Runnable::run);
  }

  /** Ends the sessions that timed out, and what goes on under them. */
  void sweep() {
    if (sessions.sweep()) {
      watchers.forEach(Runnable::run);
    }
  }

  /** Runs that, on whatever thread, each time that somebody may have lost access. */
  void onLoss(Runnable watcher) {
    watchers.add(watcher);
  }

  private void sweepLater(Vertx vertx) {
    vertx.setTimer(
        SWEEP_MILLIS,
        timer -> {
          sweep();
          sweepLater(vertx);
        });
  }

  private static void warn(Tokens tokens) {
    tokens.weak().forEach(name -> LOG.warn("CONFIG_API_TOKENS: token {} is under 128 bits", name));
  }
}
