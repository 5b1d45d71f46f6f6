package dev.holdfast.app;

import dev.holdfast.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Writes values into a {@code .env} file: a placeholder's line is replaced where it stands, what is
 * new is appended, every other line, comment and the order stay as they are. The file is replaced
 * as a whole and durably, and is private (0600) afterwards.
 */
final class DotenvEditor {
  private DotenvEditor() {}

  /**
   * Puts the values into the file, making it where there is none.
   *
   * @throws IOException when the file cannot be replaced
   * @throws StartFailure when it is not of the grammar
   */
  static void put(Path file, Map<String, String> values) throws IOException {
    change(file, values, Set.of());
  }

  /** As {@link #put}, and takes away the lines of the names in {@code removed}; one replacement. */
  static void change(Path file, Map<String, String> values, Set<String> removed)
      throws IOException {
    byte[] old =
        Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? DurableFiles.read(file) : new byte[0];
    String text = edit(file.toString(), old, values, removed);
    DurableFiles.replace(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The text of the file with the values in it and without what is removed. */
  static String edit(String where, byte[] old, Map<String, String> values, Set<String> removed) {
    String text = Dotenv.decode(where, old);
    Map<String, Dotenv.Entry> entries = Dotenv.parse(where, old);
    String newline = text.contains("\r\n") ? "\r\n" : "\n";
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
    Map<String, String> added = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          Dotenv.Entry entry = entries.get(name);
          if (entry == null) {
            added.put(name, value);
          } else {
            boolean carriageReturn = lines.get(entry.line()).endsWith("\r");
            lines.set(entry.line(), Dotenv.assignment(name, value) + (carriageReturn ? "\r" : ""));
          }
        });
    removed.stream()
        .map(entries::get)
        .filter(Objects::nonNull)
        .map(Dotenv.Entry::line)
        .sorted(Comparator.reverseOrder())
        .forEach(line -> removeLine(lines, line));
    StringBuilder out = new StringBuilder(String.join("\n", lines));
    if (!added.isEmpty() && out.length() > 0 && out.charAt(out.length() - 1) != '\n') {
      out.append(newline);
    }
    added.forEach((name, value) -> out.append(Dotenv.assignment(name, value)).append(newline));
    return out.toString();
  }

  /** The last line may have no newline, and the one before it must keep its own. */
  private static void removeLine(List<String> lines, int line) {
    if (line == lines.size() - 1) {
      lines.set(line, "");
    } else {
      lines.remove(line);
    }
  }
}
