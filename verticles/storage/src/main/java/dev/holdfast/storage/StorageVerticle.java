package dev.holdfast.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.storage.StorageRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps settings in an SQLite file and serves {@link StorageRoutes}. A commit is answered when it
 * is on disk; the changes that wait meanwhile share the next one.
 *
 * <p>The start makes the file where there is none. It fails with a {@link
 * dev.holdfast.bus.BusFailure} of one line: {@code STORAGE_CORRUPT} where the file is damaged, of
 * another program or of a newer release, else {@code STORAGE_LOCKED}, {@code STORAGE_FULL} or
 * {@code STORAGE_FAILED}. The stop commits what was accepted, empties the write-ahead log into the
 * file and closes it, within three seconds.
 */
public final class StorageVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(StorageVerticle.class);
  private static final long FINISH_MILLIS = 1_500;

  /**
   * How the room is set up.
   *
   * @param databasePath the file
   * @param readers connections for reading, 1 to 64
   */
  public record Options(Path databasePath, int readers) {
    public Options {
      databasePath = requireNonNull(databasePath, "databasePath").toAbsolutePath().normalize();
      if (databasePath.toString().contains("?")) {
        throw new IllegalArgumentException(
            "databasePath: " + databasePath + " (expected: a path without a question mark)");
      }
      if (Files.isDirectory(databasePath) || databasePath.getFileName() == null) {
        throw new IllegalArgumentException(
            "databasePath: " + databasePath + " (expected: a file, not a folder)");
      }
      if (readers < 1 || readers > 64) {
        throw new IllegalArgumentException("readers: " + readers + " (expected: 1 to 64)");
      }
    }
  }

  private record Parts(
      WriteQueue queue, AccessLog accessLog, Reader reader, StorageMetrics metrics) {}

  private final Options options;
  private final MeterRegistry meters;
  private @Nullable Writer writer;
  private @Nullable Parts parts;

  /** A room that is not running yet. */
  public StorageVerticle(Options options, MeterRegistry meters) {
    this.options = requireNonNull(options, "options");
    this.meters = requireNonNull(meters, "meters");
  }

  @Override
  public Future<?> start() {
    Clock clock = Clock.systemUTC();
    Lineage lineage = new Lineage();
    return vertx
        .executeBlocking(() -> DatabaseFile.prepare(options.databasePath()))
        .compose(
            file -> {
              Writer opened = new Writer(vertx, file);
              writer = opened;
              return opened
                  .open(clock)
                  .compose(ready -> opened.run(() -> lineage.read(opened.connection())))
                  .onSuccess(meta -> serve(opened, lineage, file, clock));
            })
        .recover(failure -> stop().transform(stopped -> Future.failedFuture(failure)));
  }

  private void serve(Writer writer, Lineage lineage, DatabaseFile file, Clock clock) {
    StorageMetrics metrics = new StorageMetrics(meters);
    WriteQueue queue = new WriteQueue(writer, lineage, metrics);
    KeyChecks keys = new KeyChecks(writer, clock);
    AccessLog accessLog = new AccessLog(vertx, writer, queue, metrics);
    Reader reader = new Reader(vertx, file, options.readers());
    this.parts = new Parts(queue, accessLog, reader, metrics);
    metrics.watchQueue(queue::size);
    metrics.watchRevision(lineage::revision);

    Bus bus = new Bus(vertx);
    bus.serve(StorageRoutes.COMMIT, queue::commit);
    bus.serve(StorageRoutes.LOAD, question -> reader.load());
    bus.serve(StorageRoutes.FIND_ITEMS, reader::find);
    bus.serve(StorageRoutes.FIND_HISTORY, reader::find);
    bus.serve(StorageRoutes.CHECK_KEYS, question -> queue.chore(() -> keys.check(question)));
    bus.serve(StorageRoutes.PROBE, question -> queue.probe());
    bus.subscribe(StorageRoutes.ACCESS, accessLog::add);
  }

  @Override
  public Future<?> stop() {
    return finish().transform(done -> close());
  }

  private Future<Void> finish() {
    Parts running = parts;
    if (running == null) {
      return Future.succeededFuture();
    }
    running.accessLog().close();
    running
        .accessLog()
        .flush()
        .onFailure(failure -> LOG.warn("the last refused attempts were not logged", failure));
    return running.queue().close().timeout(FINISH_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Future<Void> close() {
    Parts running = parts;
    Writer opened = writer;
    parts = null;
    writer = null;
    if (running != null) {
      running.metrics().close();
    }
    return (running == null ? Future.<Void>succeededFuture() : running.reader().close())
        .transform(closed -> opened == null ? Future.succeededFuture() : opened.close());
  }
}
