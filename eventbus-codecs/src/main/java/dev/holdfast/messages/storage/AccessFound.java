package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Entries of the access log.
 *
 * @param rows newest first
 */
public record AccessFound(List<Row> rows) implements StorageMessage {
  public AccessFound {
    rows = List.copyOf(rows);
  }

  /**
   * One entry.
   *
   * @param id grows with time
   * @param entry what happened
   */
  public record Row(long id, AccessEntry entry) {
    public Row {
      requireNonNull(entry, "entry");
    }
  }
}
