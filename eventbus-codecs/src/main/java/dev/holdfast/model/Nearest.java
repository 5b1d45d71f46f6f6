package dev.holdfast.model;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the word somebody probably meant. */
public final class Nearest {
  private static final int MAX_LENGTH = 64;

  private Nearest() {}

  /**
   * The candidate with the least edit distance, or null where none is near: more than a third of
   * the word's letters would have to change.
   */
  public static @Nullable String to(String word, Collection<String> candidates) {
    if (word.length() < 2 || word.length() > MAX_LENGTH) {
      return null;
    }
    String best = null;
    int least = Math.max(1, word.length() / 3) + 1;
    for (String candidate : candidates) {
      if (Math.abs(candidate.length() - word.length()) < least) {
        int distance = distance(word, candidate);
        if (distance < least) {
          least = distance;
          best = candidate;
        }
      }
    }
    return best;
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
