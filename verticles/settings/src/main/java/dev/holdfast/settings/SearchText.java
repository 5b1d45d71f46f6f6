package dev.holdfast.settings;

import dev.holdfast.model.FieldSpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * What a search looks at in one service: its keys and descriptions in lower case, joined into one
 * text that is read in one go. Immutable.
 */
final class SearchText {
  /** The scores, in tenths. */
  static final int EXACT = 10;

  static final int PREFIX = 8;
  static final int PART = 6;
  static final int SERVICE = 4;
  static final int DESCRIPTION = 2;

  private static final char END = '\n';

  /** Hears of the settings that match, in order of their keys. */
  interface Hits {
    /** One of them, by its place among the keys. */
    void found(int index, int tenths);
  }

  private final List<String> keys;
  private final String text;

  /** Where each setting begins: its key, an end, its description, an end. And the length. */
  private final int[] starts;

  private final Grams grams;

  private SearchText(List<String> keys, String text, int[] starts) {
    this.keys = keys;
    this.text = text;
    this.starts = starts;
    this.grams = Grams.of(text);
  }

  /** That of these settings, which come in order of their keys. */
  static SearchText of(List<FieldSpec> fields) {
    StringBuilder text = new StringBuilder();
    int[] starts = new int[fields.size() + 1];
    for (int i = 0; i < fields.size(); i++) {
      starts[i] = text.length();
      text.append(fields.get(i).key())
          .append(END)
          .append(fields.get(i).description().toLowerCase(Locale.ROOT))
          .append(END);
    }
    starts[fields.size()] = text.length();
    return new SearchText(fields.stream().map(FieldSpec::key).toList(), text.toString(), starts);
  }

  /** Whether these, in this order, are its keys. */
  boolean isOf(Collection<String> others) {
    return keys.size() == others.size() && keys.equals(List.copyOf(others));
  }

  String key(int index) {
    return keys.get(index);
  }

  /**
   * Finds a text.
   *
   * @param query in lower case, not empty
   * @param sought what {@link Grams#sought} says of it
   * @param least the tenths that every setting has, whether or not it holds the text
   */
  void find(String query, int[] sought, int least, Hits hits) {
    int next = 0;
    int at = grams.mayHold(sought) ? text.indexOf(query) : -1;
    while (at >= 0) {
      int index = holder(next, at);
      int tenths = tenths(index, at, query);
      if (tenths == 0) {
        at = text.indexOf(query, at + 1);
        continue;
      }
      others(next, index, least, hits);
      hits.found(index, Math.max(tenths, least));
      next = index + 1;
      at = text.indexOf(query, starts[next]);
    }
    others(next, keys.size(), least, hits);
  }

  private static void others(int from, int to, int least, Hits hits) {
    for (int i = from; least > 0 && i < to; i++) {
      hits.found(i, least);
    }
  }

  /** The setting at this place of the text; it is not before {@code from}. */
  private int holder(int from, int at) {
    if (at < starts[from + 1]) {
      return from;
    }
    int place = Arrays.binarySearch(starts, from, keys.size(), at);
    return place >= 0 ? place : -place - 2;
  }

  /** The score of the first match in a setting; 0 where it reaches beyond key or description. */
  private int tenths(int index, int at, String query) {
    int begin = starts[index];
    int keyEnd = begin + keys.get(index).length();
    int end = at + query.length();
    if (at > keyEnd) {
      return end < starts[index + 1] ? DESCRIPTION : 0;
    }
    if (end > keyEnd) {
      return 0;
    }
    if (at > begin) {
      return PART;
    }
    return end == keyEnd ? EXACT : PREFIX;
  }
}
