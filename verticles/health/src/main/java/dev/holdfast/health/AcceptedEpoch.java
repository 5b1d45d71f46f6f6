package dev.holdfast.health;

import dev.holdfast.files.DurableFiles;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.Stored;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the command line asks of the epoch file, while no manager runs. */
final class AcceptedEpoch {
  private AcceptedEpoch() {}

  /** As {@link HealthVerticle#recordedAuditHead}. */
  static @Nullable AuditHead auditHead(Path epochFile) throws IOException {
    try {
      return EpochFile.open(DurableFiles.read(epochFile)).audit();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Where a database must have been when the file was written. Fails as the store does. */
  static Future<@Nullable StorageProbed> place(EpochStore store) {
    return store
        .read()
        .map(file -> file == null ? null : new StorageProbed(file.epoch(), file.revision()));
  }

  /**
   * Replaces whatever is there by a file that records this database. Of a file that can be believed
   * the time of the last rebuild is kept.
   *
   * @param head the newest row of its access log
   */
  static Future<@Nullable Void> write(
      EpochStore store, Stored database, AuditHead head, Clock clock) {
    return store
        .read()
        .otherwiseEmpty()
        .compose(
            found -> {
              Instant now = clock.instant();
              return store.write(
                  new EpochFile(
                      database.epoch(),
                      database.schemaVersion(),
                      now,
                      found == null ? null : found.lastRebuild(),
                      now,
                      true,
                      "healthy",
                      "normal",
                      database.revision(),
                      head));
            });
  }
}
