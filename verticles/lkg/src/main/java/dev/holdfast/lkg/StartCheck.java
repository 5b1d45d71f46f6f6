package dev.holdfast.lkg;

import dev.holdfast.files.DurableFiles;
import dev.holdfast.files.Reasons;
import dev.holdfast.lkg.Disk.Standing;
import dev.holdfast.lkg.LkgText.Content;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the file that is there at start against the database. */
final class StartCheck {
  private static final Logger LOG = LoggerFactory.getLogger(StartCheck.class);

  private final Vertx vertx;
  private final LkgReader reader;
  private final Path path;

  StartCheck(Vertx vertx, LkgReader reader, Path path) {
    this.vertx = vertx;
    this.reader = reader;
    this.path = path;
  }

  /**
   * What the file is worth; what is wrong with it is logged. One that another HMAC key signed is to
   * be made anew. Does not fail.
   */
  Future<Disk> run(Image image, String hmacKeyId) {
    return vertx
        .executeBlocking(() -> DurableFiles.read(path))
        .compose(
            file ->
                reader
                    .verify(file)
                    .compose(content -> judge(content, file.length, image, hmacKeyId)))
        .recover(failure -> Future.succeededFuture(worthless(failure)));
  }

  private Future<Disk> judge(Content content, long bytes, Image image, String hmacKeyId) {
    if (!content.epoch().equals(image.epoch())) {
      throw new IllegalArgumentException(
          "it is of epoch " + content.epoch() + ", the database of " + image.epoch());
    }
    if (content.revision() > image.revision()) {
      LOG.warn(
          "{}: revision {} is ahead of the database at {}: the file is kept; remove it to accept"
              + " the database",
          path,
          content.revision(),
          image.revision());
      return Future.succeededFuture(Disk.verified(Standing.AHEAD, content, bytes, 0));
    }
    int renewal = content.keyId().equals(hmacKeyId) ? image.renewal() : -1;
    Disk good = Disk.verified(Standing.GOOD, content, bytes, renewal);
    if (content.revision() < image.revision()) {
      LOG.info(
          "{}: revision {} is older than the database at {}: it is written anew",
          path,
          content.revision(),
          image.revision());
      return Future.succeededFuture(good);
    }
    return vertx.executeBlocking(
        () -> {
          String expected = LkgText.payload(image, content.generatedAt(), content.keyId());
          if (expected.equals(content.payload())) {
            return good;
          }
          if (LkgText.withoutSecrets(content.payload()).equals(LkgText.withoutSecrets(expected))) {
            // A rotation of the master key was ended before the file was written again.
            return Disk.verified(Standing.GOOD, content, bytes, -1);
          }
          throw new IllegalArgumentException(
              "revision " + content.revision() + " holds other settings than the database");
        });
  }

  private Disk worthless(Throwable failure) {
    if (failure instanceof NoSuchFileException) {
      LOG.info("{}: there is none: it is made", path);
    } else {
      LOG.warn("{}: refused, will be written anew: {}", path, Reasons.of(failure));
    }
    return Disk.NOTHING;
  }
}
