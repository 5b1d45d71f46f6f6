package dev.holdfast.client;

import io.vertx.core.Vertx;

/** Runs something again after a pause that doubles until it is told that all is well. */
final class Pauses {
  private final Vertx vertx;
  private final long firstMillis;
  private final long longestMillis;
  private long nextMillis;
  private long timer = -1;
  private boolean ended;

  Pauses(Vertx vertx, long firstMillis, long longestMillis) {
    this.vertx = vertx;
    this.firstMillis = firstMillis;
    this.longestMillis = longestMillis;
    this.nextMillis = firstMillis;
  }

  /** Runs it after the next pause; what was to be run before is forgotten. */
  void later(Runnable task) {
    at(nextMillis, task);
    nextMillis = Math.min(nextMillis * 2, longestMillis);
  }

  /** Runs it after that time, unless something else is to be run before. */
  void at(long millis, Runnable task) {
    vertx.cancelTimer(timer);
    if (!ended) {
      timer = vertx.setTimer(millis, id -> task.run());
    }
  }

  /** The next pause is the first again. */
  void well() {
    nextMillis = firstMillis;
  }

  /** Runs nothing any more. */
  void end() {
    ended = true;
    vertx.cancelTimer(timer);
  }

  boolean ended() {
    return ended;
  }
}
