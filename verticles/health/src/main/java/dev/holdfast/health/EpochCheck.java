package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.files.Reasons;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.VerifyHmac;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Holds the epoch file that is there at start against the database. */
final class EpochCheck {
  private final Vertx vertx;
  private final Bus bus;
  private final Path path;

  EpochCheck(Vertx vertx, Bus bus, Path path) {
    this.vertx = vertx;
    this.bus = bus;
    this.path = path;
  }

  /**
   * What the file records, or null where there is none. Fails {@code IllegalStateException} with
   * one line for the operator when the file cannot be believed, or the database is not the one that
   * it records.
   */
  Future<@Nullable EpochFile> run(String epoch, long revision) {
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
        .<@Nullable EpochFile>map(file -> held(file, epoch, revision))
        .recover(this::explain);
  }

  private EpochFile held(EpochFile file, String epoch, long revision) {
    if (!file.epoch().equals(epoch)) {
      throw new IllegalStateException(
          ("%s: the database is of another epoch (%s) than this file (%s):"
                  + " it is a restored or another database; %s")
              .formatted(path, epoch, file.epoch(), accept()));
    }
    if (revision < file.revision()) {
      throw new IllegalStateException(
          ("%s: the database is behind this file (revision %d against %d):"
                  + " it is a restored or older database; %s")
              .formatted(path, revision, file.revision(), accept()));
    }
    return file;
  }

  private static String accept() {
    return "put the right one back, or remove this file and the last-known-good file to accept it";
  }

  private Future<@Nullable EpochFile> explain(Throwable failure) {
    if (failure instanceof NoSuchFileException) {
      return Future.succeededFuture(null);
    }
    if (failure instanceof IllegalStateException) {
      return Future.failedFuture(failure);
    }
    return Future.failedFuture(
        new IllegalStateException(
            ("%s: refused: %s; put back the file, or LKG_HMAC_KEY_BASE64 and its id,"
                    + " that belong to this database")
                .formatted(path, Reasons.of(failure))));
  }
}
