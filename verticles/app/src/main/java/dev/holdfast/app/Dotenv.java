package dev.holdfast.app;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of the {@code .env} file, chosen so that a shell, a container engine and this program
 * read the same value or this program refuses:
 *
 * <ul>
 *   <li>blank lines, and lines that begin with {@code #};
 *   <li>{@code NAME=value}, no space around {@code =}; an unquoted value has no white space, quote,
 *       {@code #}, {@code \}, {@code $} or backtick;
 *   <li>{@code NAME='value'}: taken as it stands;
 *   <li>{@code NAME="value"}: {@code \n \" \\ \$ \`} are escapes, any other backslash and a bare
 *       {@code $} or backtick are refused.
 * </ul>
 *
 * <p>A name stands once. A carriage return at the end of a line is ignored. Whatever else is there
 * is refused with its line number; values never stand in messages.
 */
final class Dotenv {
  private static final Pattern ASSIGNMENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(.*)");
  private static final Pattern PLAIN = Pattern.compile("[^\\s'\"#\\\\$`]*");

  private Dotenv() {}

  /**
   * One assignment.
   *
   * @param line its line, from 0
   * @param value the value without quotes and escapes
   */
  record Entry(int line, String value) {}

  /**
   * The assignments of a file by name, in their order.
   *
   * @param where names the file in messages
   * @throws StartFailure with the line number where the text is not of the grammar
   */
  static Map<String, Entry> parse(String where, byte[] bytes) {
    String[] lines = decode(where, bytes).split("\n", -1);
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (int i = 0; i < lines.length; i++) {
      String line =
          lines[i].endsWith("\r") ? lines[i].substring(0, lines[i].length() - 1) : lines[i];
      String place = where + " line " + (i + 1);
      if (line.isBlank() || line.charAt(0) == '#') {
        continue;
      }
      Matcher assignment = ASSIGNMENT.matcher(line);
      if (!assignment.matches()) {
        throw StartFailure.configuration(
            place + ": not an assignment (expected: NAME=value, no space around =, no export)");
      }
      String name = assignment.group(1);
      Entry entry = new Entry(i, value(place + ": " + name, assignment.group(2)));
      Entry earlier = entries.put(name, entry);
      if (earlier != null) {
        throw StartFailure.configuration(
            place + ": " + name + " stands already in line " + (earlier.line() + 1));
      }
    }
    return entries;
  }

  /** A value in double quotes, escaped so that {@link #parse} gives it back. */
  static String quote(String value) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\n') {
        out.append("\\n");
      } else if (c == '"' || c == '\\' || c == '$' || c == '`') {
        out.append('\\').append(c);
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  /** An assignment, quoted only where it must be. */
  static String assignment(String name, String value) {
    return name + "=" + (PLAIN.matcher(value).matches() ? value : quote(value));
  }

  static String decode(String where, byte[] bytes) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
      if (text.indexOf('\0') >= 0) {
        throw StartFailure.configuration(where + ": holds a NUL (expected: plain text)");
      }
      if (text.startsWith("\ufeff")) {
        throw StartFailure.configuration(
            where + " line 1: begins with a byte order mark (expected: UTF-8 without one)");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw StartFailure.configuration(where + ": not UTF-8");
    }
  }

  private static String value(String place, String raw) {
    String text = raw.stripTrailing();
    if (text.startsWith("'")) {
      int end = text.indexOf('\'', 1);
      if (end != text.length() - 1 || end < 1) {
        throw StartFailure.configuration(
            place + ": the single quote must close at the end of the line, and only there");
      }
      return text.substring(1, end);
    }
    if (text.startsWith("\"")) {
      return doubleQuoted(place, text);
    }
    if (!PLAIN.matcher(text).matches()) {
      throw StartFailure.configuration(
          place
              + ": ambiguous without quotes (white space, a quote, #, \\, $ or a backtick);"
              + " put the value in single quotes");
    }
    return text;
  }

  private static String doubleQuoted(String place, String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        if (i != text.length() - 1) {
          throw StartFailure.configuration(place + ": something follows the closing quote");
        }
        return out.toString();
      }
      if (c == '$' || c == '`') {
        throw StartFailure.configuration(
            place + ": a bare " + c + " in double quotes is ambiguous; write \\" + c);
      }
      if (c == '\\') {
        i++;
        char escaped = i < text.length() ? text.charAt(i) : ' ';
        switch (escaped) {
          case 'n' -> out.append('\n');
          case '"', '\\', '$', '`' -> out.append(escaped);
          default ->
              throw StartFailure.configuration(
                  place + ": unknown escape (expected: \\n, \\\", \\\\, \\$ or \\`)");
        }
      } else {
        out.append(c);
      }
    }
    throw StartFailure.configuration(place + ": the double quote is not closed on its line");
  }
}
