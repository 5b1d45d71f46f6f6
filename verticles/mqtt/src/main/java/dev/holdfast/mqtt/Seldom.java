package dev.holdfast.mqtt;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Says something at most once a minute, however often there is cause: what strangers can provoke
 * must not fill the log. Belongs to one event loop.
 */
final class Seldom {
  private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanos;
  private boolean said;
  private long lastSaid;
  private long unsaid;

  /**
   * @param nanos counts as {@link System#nanoTime} does
   */
  Seldom(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Runs it, unless something was run within the last minute.
   *
   * @param sayer gets the words that tell how often it was left out since; empty for never
   */
  void run(Consumer<String> sayer) {
    long now = nanos.getAsLong();
    if (said && now - lastSaid < PAUSE) {
      unsaid++;
      return;
    }
    said = true;
    lastSaid = now;
    sayer.accept(unsaid == 0 ? "" : " (and " + unsaid + " more since this was last said)");
    unsaid = 0;
  }
}
