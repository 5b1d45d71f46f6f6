package dev.holdfast.lkg;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.files.Reasons;
import dev.holdfast.lkg.Disk.Standing;
import dev.holdfast.lkg.LkgText.Content;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.lkg.LkgTopics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The file as it lies there, for whoever has nothing else to go by. */
final class Shelf {
  private final Vertx vertx;
  private final Bus bus;
  private final LkgReader reader;
  private final Path path;

  Shelf(Vertx vertx, Bus bus, LkgReader reader, Path path) {
    this.vertx = vertx;
    this.bus = bus;
    this.reader = reader;
    this.path = path;
  }

  /** What it holds. Fails {@code NOT_FOUND} with the reason where it is not to be believed. */
  Future<LkgContent> read() {
    return vertx
        .executeBlocking(() -> DurableFiles.read(path))
        .compose(
            file ->
                reader
                    .verify(file)
                    .compose(
                        content ->
                            vertx.executeBlocking(
                                () -> {
                                  LkgContent restored = Restorer.restore(content);
                                  tell(content, file.length);
                                  return restored;
                                })))
        .recover(
            failure ->
                Future.failedFuture(
                    BusFailure.of(FailureCode.NOT_FOUND, path + ": " + reason(failure))));
  }

  private void tell(Content content, long bytes) {
    bus.publish(LkgTopics.STATE, Disk.verified(Standing.GOOD, content, bytes, 0).state(null));
  }

  private static String reason(Throwable failure) {
    return failure instanceof NoSuchFileException
        ? "there is no last-known-good file"
        : "the last-known-good file is refused: " + Reasons.of(failure);
  }
}
