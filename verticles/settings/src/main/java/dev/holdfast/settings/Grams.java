package dev.holdfast.settings;

/**
 * Which runs of one, two and three characters a text has: tells without reading the text that it
 * cannot hold another one. A Bloom filter, so it may say yes where the answer is no. Immutable.
 */
final class Grams {
  private static final int LONGEST = 3;
  private static final int BITS_PER_CHARACTER = 4;
  private static final long SCATTER = 0x9E3779B97F4A7C15L;

  private final long[] bits;
  private final int mask;

  private Grams(int size) {
    this.bits = new long[size / Long.SIZE];
    this.mask = size - 1;
  }

  /** Those of a text. */
  static Grams of(String text) {
    long wanted = Math.max(Long.SIZE, (long) BITS_PER_CHARACTER * text.length());
    Grams grams = new Grams((int) Long.highestOneBit(Math.min(wanted, 1 << 29) * 2 - 1));
    for (int length = 1; length <= LONGEST; length++) {
      for (int hash : hashes(text, length)) {
        grams.bits[(hash & grams.mask) >>> 6] |= 1L << hash;
      }
    }
    return grams;
  }

  /** What to ask {@link #mayHold} for, of a text that is not empty. */
  static int[] sought(String text) {
    return hashes(text, Math.min(LONGEST, text.length()));
  }

  /** False where the text does not hold the other one. */
  boolean mayHold(int[] sought) {
    for (int hash : sought) {
      if ((bits[(hash & mask) >>> 6] & (1L << hash)) == 0) {
        return false;
      }
    }
    return true;
  }

  private static int[] hashes(String text, int length) {
    int[] hashes = new int[Math.max(0, text.length() - length + 1)];
    for (int i = 0; i < hashes.length; i++) {
      long gram = 0;
      for (int at = i; at < i + length; at++) {
        gram = (gram << Character.SIZE) | text.charAt(at);
      }
      hashes[i] = (int) ((gram * SCATTER) >>> Integer.SIZE);
    }
    return hashes;
  }
}
