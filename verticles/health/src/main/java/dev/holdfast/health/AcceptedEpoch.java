package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.files.Reasons;
import dev.holdfast.messages.crypto.ComputeHmac;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.VerifyHmac;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.Stored;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads and replaces the epoch file while no manager runs; needs the crypto room. */
final class AcceptedEpoch {
  private final Vertx vertx;
  private final Bus bus;
  private final Path path;

  AcceptedEpoch(Vertx vertx, Path path) {
    this.vertx = vertx;
    this.bus = new Bus(vertx);
    this.path = path;
  }

  /** As {@link HealthVerticle#recordedAuditHead}. */
  static @Nullable AuditHead auditHead(Path epochFile) throws IOException {
    try {
      return EpochFile.open(DurableFiles.read(epochFile)).audit();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /**
   * What the file records, or null where there is none. Fails {@code IllegalArgumentException} with
   * the reason when it is not to be believed.
   */
  Future<@Nullable EpochFile> read() {
    return vertx
        .executeBlocking(() -> EpochFile.open(DurableFiles.read(path)))
        .compose(
            file ->
                bus.call(CryptoRoutes.VERIFY_HMAC, new VerifyHmac(file.body(), file.hmac()))
                    .map(
                        verified -> {
                          if (!verified.valid()) {
                            throw new IllegalArgumentException(
                                "its hmac does not match, so it was altered or made with another"
                                    + " key");
                          }
                          return file.content();
                        }))
        .<@Nullable EpochFile>map(file -> file)
        .recover(AcceptedEpoch::explain);
  }

  private static Future<@Nullable EpochFile> explain(Throwable failure) {
    return failure instanceof NoSuchFileException
        ? Future.succeededFuture(null)
        : Future.failedFuture(new IllegalArgumentException(Reasons.of(failure), failure));
  }

  /** Where a database must have been when the file was written. */
  static @Nullable StorageProbed place(@Nullable EpochFile file) {
    return file == null ? null : new StorageProbed(file.epoch(), file.revision());
  }

  /**
   * Replaces whatever is there by a file that records this database. Of a file that can be believed
   * the time of the last rebuild is kept.
   *
   * @param head the newest row of its access log
   */
  Future<@Nullable Void> write(Stored database, AuditHead head, Clock clock) {
    return read()
        .otherwiseEmpty()
        .compose(
            found -> {
              Instant now = clock.instant();
              EpochFile file =
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
                      head);
              return bus.call(CryptoRoutes.HMAC, new ComputeHmac(file.body()))
                  .compose(hmac -> replace(file.seal(hmac.hex())));
            });
  }

  private Future<@Nullable Void> replace(byte[] content) {
    return vertx.executeBlocking(
        () -> {
          Path folder = path.toAbsolutePath().getParent();
          if (folder != null) {
            DurableFiles.createPrivateFolders(folder);
          }
          DurableFiles.replace(path, content);
          return null;
        });
  }
}
