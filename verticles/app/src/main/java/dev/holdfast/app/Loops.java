package dev.holdfast.app;

import io.vertx.core.VertxOptions;

/**
 * How many event loops there are: one for each processor. A change passes through several rooms; on
 * loops that share a processor each step would be a switch between threads and nothing else.
 */
final class Loops {
  private Loops() {}

  static VertxOptions options() {
    return new VertxOptions().setEventLoopPoolSize(Runtime.getRuntime().availableProcessors());
  }
}
