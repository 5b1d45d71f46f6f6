package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.messages.settings.Difference;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.Values;
import java.util.List;
import java.util.Map;
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
   * @param setKeys the keys that somebody set, secrets among them
   * @param items the rows of {@code config_items} to insert or replace
   * @param removedKeys the rows of {@code config_items} to delete
   * @param secrets the rows of {@code encrypted_secrets} to insert or replace, by key
   * @param removedSecrets the rows of {@code encrypted_secrets} to delete
   * @param redactedKeys the keys whose values in the history become the mask
   * @param environment a fingerprint of what the environment holds of this service, to be kept
   *     beside it; empty where it holds nothing
   */
  record Put(
      String service,
      long expectedVersion,
      Values stored,
      Set<String> setKeys,
      List<Item> items,
      Set<String> removedKeys,
      List<Difference> history,
      Map<String, Sealed> secrets,
      Set<String> removedSecrets,
      Set<String> redactedKeys,
      String environment)
      implements ServiceWrite {
    public Put {
      requireNonNull(service, "service");
      requireNonNull(stored, "stored");
      setKeys = Set.copyOf(setKeys);
      items = List.copyOf(items);
      removedKeys = Set.copyOf(removedKeys);
      history = List.copyOf(history);
      secrets = Map.copyOf(secrets);
      removedSecrets = Set.copyOf(removedSecrets);
      redactedKeys = Set.copyOf(redactedKeys);
      requireNonNull(environment, "environment");
    }

    /** Without secrets, and without anything from the environment. */
    public Put(
        String service,
        long expectedVersion,
        Values stored,
        Set<String> setKeys,
        List<Item> items,
        Set<String> removedKeys,
        List<Difference> history) {
      this(
          service,
          expectedVersion,
          stored,
          setKeys,
          items,
          removedKeys,
          history,
          Map.of(),
          Set.of(),
          Set.of(),
          "");
    }
  }

  /** Deletes the service with its secrets, and leaves a tombstone with the next version. */
  record Remove(String service, long expectedVersion, List<Difference> history)
      implements ServiceWrite {
    public Remove {
      requireNonNull(service, "service");
      history = List.copyOf(history);
    }
  }
}
