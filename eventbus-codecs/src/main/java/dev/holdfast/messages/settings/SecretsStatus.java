package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the secrets and their keys stand.
 *
 * @param rotation where the rotation of the master key is
 * @param masterKeyId the id of the present key
 * @param oldKeyId the id of the key being rotated out, or null
 * @param total how many secrets are stored
 * @param waiting how many of them are still under the old key
 * @param cacheWaiting whether the last-known-good file still holds some under the old key
 * @param safeAt when the old key may be removed: all is re-sealed and the grace time has passed;
 *     null where that is not known yet, or no key is rotated out
 * @param backupsUntil until when backups inside the retention still need the old key, or null
 * @param faults the secrets that do not open
 */
public record SecretsStatus(
    Rotation rotation,
    String masterKeyId,
    @Nullable String oldKeyId,
    int total,
    int waiting,
    boolean cacheWaiting,
    @Nullable Instant safeAt,
    @Nullable Instant backupsUntil,
    List<SecretFault> faults)
    implements SettingsMessage {
  public SecretsStatus {
    requireNonNull(rotation, "rotation");
    requireNonNull(masterKeyId, "masterKeyId");
    faults = List.copyOf(faults);
  }

  /** Where a rotation is. */
  public enum Rotation {
    /** No key is being rotated out. */
    NONE,
    /** Secrets are being sealed anew. */
    RUNNING,
    /** Some secret under the old key cannot be opened, so the old key is still needed. */
    STUCK,
    /** Nothing needs the old key any more; the grace time is not over. */
    GRACE,
    /** The old key may be removed. */
    SAFE_TO_REMOVE
  }

  /**
   * A secret that does not open.
   *
   * @param service its service
   * @param key its key
   * @param keyId the id of the key it was sealed with; empty where the secret is lost
   * @param fault {@code unknown-key}, {@code does-not-open}, or {@code lost} where there is no row
   */
  public record SecretFault(String service, String key, String keyId, String fault) {
    public SecretFault {
      requireNonNull(service, "service");
      requireNonNull(key, "key");
      requireNonNull(keyId, "keyId");
      requireNonNull(fault, "fault");
    }
  }
}
