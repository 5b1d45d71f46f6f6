package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.files.Reasons;
import dev.holdfast.messages.crypto.ComputeHmac;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.VerifyHmac;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The epoch file on disk; needs the crypto room. */
final class EpochStore {
  private final Vertx vertx;
  private final Bus bus;
  private final Path path;

  EpochStore(Vertx vertx, Bus bus, Path path) {
    this.vertx = vertx;
    this.bus = bus;
    this.path = path;
  }

  Path path() {
    return path;
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
                    .<@Nullable EpochFile>map(
                        verified -> {
                          if (!verified.valid()) {
                            throw new IllegalArgumentException(
                                "its hmac does not match, so it was altered or made with another"
                                    + " key");
                          }
                          return file.content();
                        }))
        .recover(EpochStore::explain);
  }

  private static Future<@Nullable EpochFile> explain(Throwable failure) {
    return failure instanceof NoSuchFileException
        ? Future.succeededFuture(null)
        : Future.failedFuture(new IllegalArgumentException(Reasons.of(failure), failure));
  }

  /** Replaces whatever is there. */
  Future<@Nullable Void> write(EpochFile file) {
    return bus.call(CryptoRoutes.HMAC, new ComputeHmac(file.body()))
        .compose(
            hmac ->
                vertx.executeBlocking(
                    () -> {
                      Path folder = path.toAbsolutePath().getParent();
                      if (folder != null) {
                        DurableFiles.createPrivateFolders(folder);
                      }
                      DurableFiles.replace(path, file.seal(hmac.hex()));
                      return null;
                    }));
  }
}
