package dev.holdfast.app;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What commands ask the rooms' files without starting a room. Blocks; alters nothing. */
interface Offline {
  /**
   * Which keys the secrets in the database need.
   *
   * @param secrets how many are sealed with each, by key id
   * @param unusedSince since when none needs a key, by key id, where that was noted
   */
  record Secrets(Map<String, Long> secrets, Map<String, Instant> unusedSince) {
    public Secrets {
      secrets = Map.copyOf(secrets);
      unusedSince = Map.copyOf(unusedSince);
    }
  }

  /**
   * How the access log stands.
   *
   * @param verified rows whose mac was right
   * @param unknownKeys rows under keys that are not at hand
   * @param beforeChain rows older than the chain
   * @param fault the first fault, or null
   * @param recorded what is wrong with the record outside the database, or null
   */
  record Audit(
      long verified,
      long unknownKeys,
      long beforeChain,
      @Nullable String fault,
      @Nullable String recorded) {}

  /** Counts them. Fails with a {@link dev.holdfast.bus.BusFailure}. */
  Secrets secrets(Path database);

  /**
   * Walks along the access log, and holds it against the head in the epoch file. Fails with a
   * {@link dev.holdfast.bus.BusFailure}.
   *
   * @param values the keys, by their variables' names
   */
  Audit audit(Path database, Path epochFile, Map<String, String> values);
}
