package dev.holdfast.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What the fault suite found: a row for each fault, kept in {@code target/fault-table.md} as soon
 * as it is known and printed as one table after the last test of the run. A run begins with an
 * empty table.
 */
final class FaultTable implements BeforeAllCallback {
  private static final Path FILE = Path.of("target/fault-table.md");
  private static final String HEAD =
      "| fault | cycles | lost | torn | slowest recovery | note |\n|---|---|---|---|---|---|\n";
  private static final List<String> ROWS = new ArrayList<>();

  /** Where a row says that there is nothing to say. */
  static final long NONE = -1;

  /**
   * Adds a row. Called whether the test passes or not, so before what is found is asserted.
   *
   * @param fault the fault in words, as in the table of the promises
   * @param cycles how often it was caused
   * @param lost acknowledged changes that were gone; {@link #NONE} where none can be
   * @param torn files or changes of which a part was there; {@link #NONE} where none can be
   * @param slowestRecoveryMillis from the end of the fault to a ready manager; {@link #NONE} where
   *     there is none
   * @param note what else was measured
   */
  static void row(
      String fault, int cycles, long lost, long torn, long slowestRecoveryMillis, String note) {
    add(
        "| %s | %s | %s | %s | %s | %s |"
            .formatted(
                fault,
                String.format(Locale.ROOT, "%,d", cycles),
                number(lost, ""),
                number(torn, ""),
                number(slowestRecoveryMillis, " ms"),
                note));
  }

  /** Adds a row of a fault that cannot be caused here. */
  static void skipped(String fault, String why) {
    add("| %s | 0 | – | – | – | skipped: %s |".formatted(fault, why));
  }

  private static String number(long value, String unit) {
    return value == NONE ? "–" : String.format(Locale.ROOT, "%,d", value) + unit;
  }

  private static synchronized void add(String row) {
    ROWS.add(row);
    try {
      Files.createDirectories(FILE.getParent());
      if (ROWS.size() == 1) {
        Files.writeString(FILE, HEAD);
      }
      Files.writeString(FILE, row + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized String table() {
    return ROWS.isEmpty() ? "" : HEAD + String.join("\n", ROWS) + "\n";
  }

  /** Has the table printed at the end of the run, whichever class of the suite is its first. */
  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(FaultTable.class))
        .getOrComputeIfAbsent(Printer.class);
  }

  /** Closed by JUnit when the last test of the run has ended. */
  static final class Printer implements AutoCloseable {
    @Override
    public void close() {
      String table = table();
      if (table.isEmpty()) {
        return;
      }
      String form = Chaos.FULL ? "full figures" : "short form";
      byte[] text = ("\nFaults, " + form + ":\n\n" + table + "\n").getBytes(StandardCharsets.UTF_8);
      System.out.write(text, 0, text.length);
      System.out.flush();
    }
  }
}
