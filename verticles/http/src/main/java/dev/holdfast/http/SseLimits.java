package dev.holdfast.http;

/**
 * The bounds of the event stream.
 *
 * @param maxReaders how many readers one hub takes; 1 or above
 * @param queueBytes how much may wait in one reader's write queue before it counts as full; 1 or
 *     above
 * @param heartbeatMillis the time between two comments to every reader; 1 or above
 * @param slowMillis a reader that stays full for so long is closed; 1 or above
 * @param reuseMillis a signed frame older than this is signed again before it is sent; 100 or
 *     above, or a slow signature would be too old at once
 * @param retryMillis the pause after a first failure, doubled up to 32 times of it; 1 or above
 */
record SseLimits(
    int maxReaders,
    int queueBytes,
    long heartbeatMillis,
    long slowMillis,
    long reuseMillis,
    long retryMillis) {
  /** What is used outside tests. */
  static final SseLimits DEFAULTS = new SseLimits(20_000, 64 * 1024, 15_000, 30_000, 60_000, 100);

  SseLimits {
    atLeast("maxReaders", maxReaders, 1);
    atLeast("queueBytes", queueBytes, 1);
    atLeast("heartbeatMillis", heartbeatMillis, 1);
    atLeast("slowMillis", slowMillis, 1);
    atLeast("reuseMillis", reuseMillis, 100);
    atLeast("retryMillis", retryMillis, 1);
  }

  /** The pause before the next attempt after so many failures in a row. */
  long backOffMillis(int failures) {
    return retryMillis << Math.min(Math.max(failures - 1, 0), 5);
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
    }
  }
}
