package dev.holdfast.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's library for this machine, copied out of the jar once and removed as soon as it is
 * loaded. Left alone, the driver compares its copy with the jar byte by byte and looks through the
 * temporary folder for what earlier runs left there: a tenth of the time to start.
 */
final class NativeLibrary {
  /** The driver's own settings: where the library lies, and where it may be copied to. */
  private static final String LIBRARY_FOLDER = "org.sqlite.lib.path";

  private static final String TEMPORARY_FOLDER = "org.sqlite.tmpdir";

  private static boolean tried;

  private NativeLibrary() {}

  /**
   * Loads it, once in a process; blocks. Where that fails the driver tries in its own way with the
   * first connection, and says what is wrong.
   */
  static synchronized void load() {
    if (tried) {
      return;
    }
    tried = true;
    if (System.getProperty(LIBRARY_FOLDER) != null) {
      return;
    }
    try {
      copyAndLoad(
          Path.of(System.getProperty(TEMPORARY_FOLDER, System.getProperty("java.io.tmpdir"))));
    } catch (Exception e) {
      // Not an end yet: the driver tries too, and what it says then is told.
      return;
    }
  }

  private static void copyAndLoad(Path temporary) throws Exception {
    Path folder = Files.createTempDirectory(temporary, "holdfast-sqlite-");
    try {
      Path library = folder.resolve(LibraryLoaderUtil.getNativeLibName());
      try {
        copy(library);
        System.setProperty(LIBRARY_FOLDER, folder.toString());
        SQLiteJDBCLoader.initialize();
      } finally {
        System.clearProperty(LIBRARY_FOLDER);
        Files.deleteIfExists(library);
      }
    } finally {
      Files.delete(folder);
    }
  }

  private static void copy(Path library) throws IOException {
    String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + library.getFileName();
    try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource);
      }
      Files.copy(in, library);
    }
  }
}
