package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.messages.settings.Difference;
import dev.holdfast.model.Values;
import java.util.List;
import java.util.Set;

/** What one change does to one service. */
public sealed interface ServiceWrite {
  /** The service. */
  String service();

  /** The version it must have; 0: it must not exist, or be deleted. */
  long expectedVersion();

  /** A row of history for each. */
  List<Difference> history();

  /**
   * Makes the service, or replaces its stored settings. Its version becomes one above the expected
   * one, or one above the tombstone's.
   *
   * @param stored defaults and what was set, without environment values and secrets
   * @param setKeys the keys that somebody set
   * @param items the rows of {@code config_items} to insert or replace
   * @param removedKeys the rows of {@code config_items} to delete
   */
  record Put(
      String service,
      long expectedVersion,
      Values stored,
      Set<String> setKeys,
      List<Item> items,
      Set<String> removedKeys,
      List<Difference> history)
      implements ServiceWrite {
    public Put {
      requireNonNull(service, "service");
      requireNonNull(stored, "stored");
      setKeys = Set.copyOf(setKeys);
      items = List.copyOf(items);
      removedKeys = Set.copyOf(removedKeys);
      history = List.copyOf(history);
    }
  }

  /** Deletes the service and leaves a tombstone with the next version. */
  record Remove(String service, long expectedVersion, List<Difference> history)
      implements ServiceWrite {
    public Remove {
      requireNonNull(service, "service");
      history = List.copyOf(history);
    }
  }
}
