package dev.holdfast.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What tests measure, kept in {@code target/figures.txt}. */
final class Figures {
  private Figures() {}

  static void note(String figure) throws IOException {
    Path file = Files.createDirectories(Path.of("target")).resolve("figures.txt");
    Files.writeString(file, figure + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
