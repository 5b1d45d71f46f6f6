package dev.holdfast.settings;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.regex.Pattern;

/**
 * The patterns of one schema, with a bound on the work that all of them together may do in one
 * validation: a pattern that backtracks without end is stopped and counts as not matched.
 *
 * <p>Patterns are {@link Pattern}s searched for anywhere in the text; {@code $} means the very end,
 * as in ECMA-262. Not for several threads at a time.
 */
final class BoundedRegex implements RegularExpressionFactory {
  /** How many characters may be looked at in one validation: some 20 ms of work. */
  static final int MAX_STEPS = 4_000_000;

  private int left = MAX_STEPS;
  private boolean exhausted;

  /** Begins a validation. */
  void reset() {
    left = MAX_STEPS;
    exhausted = false;
  }

  /** Whether a pattern was stopped since the last {@link #reset}. */
  boolean exhausted() {
    return exhausted;
  }

  @Override
  public RegularExpression getRegularExpression(String regex) {
    Pattern pattern = compile(regex);
    return value -> find(pattern, value);
  }

  /**
   * Compiles a pattern.
   *
   * @throws java.util.regex.PatternSyntaxException where it is none
   */
  static Pattern compile(String regex) {
    StringBuilder out = new StringBuilder(regex.length() + 8);
    boolean inClass = false;
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '\\' && i + 1 < regex.length()) {
        out.append(c).append(regex.charAt(++i));
        continue;
      }
      if (c == '[') {
        inClass = true;
      } else if (c == ']') {
        inClass = false;
      }
      out.append(c == '$' && !inClass ? "\\z" : String.valueOf(c));
    }
    return Pattern.compile(out.toString());
  }

  private boolean find(Pattern pattern, String value) {
    try {
      return pattern.matcher(new Counted(value, 0, value.length())).find();
    } catch (Stopped | StackOverflowError e) {
      exhausted = true;
      return false;
    }
  }

  private final class Counted implements CharSequence {
    private final String text;
    private final int from;
    private final int to;

    Counted(String text, int from, int to) {
      this.text = text;
      this.from = from;
      this.to = to;
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new Stopped();
      }
      return text.charAt(from + index);
    }

    @Override
    public int length() {
      return to - from;
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text, from + start, from + end);
    }

    @Override
    public String toString() {
      return text.substring(from, to);
    }
  }

  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super("too many steps", null, false, false);
    }
  }
}
