package dev.holdfast.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes the copy of a service off the event loop, in order. Nothing here fails. */
final class Shelf {
  private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

  private final Vertx vertx;
  private final String service;
  private final @Nullable CacheFile cache;

  /** {@code cache} is null where no copy is kept. */
  Shelf(Vertx vertx, String service, @Nullable CacheFile cache) {
    this.vertx = vertx;
    this.service = service;
    this.cache = cache;
  }

  /** The copy; one that cannot be read, or does not verify, is none. */
  Future<Optional<CacheFile.Copy>> read() {
    CacheFile file = cache;
    if (file == null) {
      return Future.succeededFuture(Optional.empty());
    }
    return vertx
        .executeBlocking(file::read)
        .otherwise(
            failure -> {
              LOG.warn("{}: the copy does not count: {}", service, failure.getMessage());
              return Optional.empty();
            });
  }

  /** Replaces it; done when it is on disk, or cannot be written. */
  Future<Void> write(CacheFile.Copy next) {
    CacheFile file = cache;
    if (file == null) {
      return Future.succeededFuture();
    }
    return vertx
        .<Void>executeBlocking(
            () -> {
              file.write(next);
              return null;
            })
        .onFailure(
            failure -> LOG.warn("{}: the copy is not written: {}", service, failure.getMessage()))
        .otherwiseEmpty();
  }
}
