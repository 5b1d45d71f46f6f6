package dev.holdfast.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * What files looked like at one moment: length, time of change, inode. Symbolic links are followed,
 * because container engines change a mounted file by turning a link.
 *
 * @param byFile the looks of each file
 */
record FileStamps(Map<Path, String> byFile) {
  FileStamps {
    byFile = Map.copyOf(byFile);
  }

  /** Looks now; blocks. */
  static FileStamps of(Collection<Path> files) {
    Map<Path, String> stamps = new TreeMap<>();
    files.forEach(file -> stamps.put(file, stamp(file)));
    return new FileStamps(stamps);
  }

  private static String stamp(Path file) {
    try {
      BasicFileAttributes look = Files.readAttributes(file, BasicFileAttributes.class);
      return look.size() + " " + look.lastModifiedTime().toInstant() + " " + look.fileKey();
    } catch (IOException e) {
      return e.getClass().getSimpleName();
    }
  }
}
