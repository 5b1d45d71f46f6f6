package dev.holdfast.bench;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Durations in nanoseconds, of which percentiles are exact. For one thread. */
final class Samples {
  private long[] nanos = new long[1024];
  private int count;
  private boolean sorted;

  void add(long duration) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, count * 2);
    }
    nanos[count++] = duration;
    sorted = false;
  }

  int count() {
    return count;
  }

  /** The least value that this share of all are not above, in milliseconds; NaN of none. */
  double millis(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    if (!sorted) {
      Arrays.sort(nanos, 0, count);
      sorted = true;
    }
    int rank = (int) Math.ceil(share * count);
    return nanos[Math.max(rank, 1) - 1] / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }

  double p50() {
    return millis(0.5);
  }

  double p99() {
    return millis(0.99);
  }

  double max() {
    return millis(1);
  }
}
