package dev.holdfast.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Moves a database out of the way, with its log: never deleted, never mixed with another. */
final class Aside {
  /** What SQLite puts behind the name of the file. */
  static final List<String> SUFFIXES = List.of("", "-wal", "-shm");

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private Aside() {}

  /**
   * Moves the files, the database first: without it nothing is taken for one.
   *
   * @param why stands in the new name
   * @return what the database is now called, or null where there was none
   */
  static @Nullable Path move(Path path, String why, Instant now) throws IOException {
    String base = path.getFileName() + "." + why + "-" + STAMP.format(now);
    Path aside = path.resolveSibling(base);
    for (int i = 2; taken(aside); i++) {
      aside = path.resolveSibling(base + "-" + i);
    }
    boolean moved = false;
    for (String suffix : SUFFIXES) {
      Path from = path.resolveSibling(path.getFileName() + suffix);
      if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
        Path to = aside.resolveSibling(aside.getFileName() + suffix);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        moved |= suffix.isEmpty();
      }
    }
    return moved ? aside : null;
  }

  private static boolean taken(Path aside) {
    return SUFFIXES.stream()
        .anyMatch(
            suffix ->
                Files.exists(
                    aside.resolveSibling(aside.getFileName() + suffix), LinkOption.NOFOLLOW_LINKS));
  }
}
