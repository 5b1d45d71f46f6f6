package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * Asks what a database file is that was restored somewhere; never of the one that is served.
 *
 * @param file the file
 */
public record VerifyDatabase(Path file) implements StorageMessage {
  public VerifyDatabase {
    requireNonNull(file, "file");
  }
}
