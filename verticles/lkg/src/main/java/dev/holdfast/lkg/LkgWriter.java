package dev.holdfast.lkg;

import dev.holdfast.bus.Bus;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.files.Reasons;
import dev.holdfast.lkg.Disk.Standing;
import dev.holdfast.messages.crypto.ComputeHmac;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.lkg.LkgTopics;
import dev.holdfast.model.Times;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the newest state to disk: at once when idle, the newest only of those that came since the
 * write before. Between two writes there is a pause, in which commits have the disk for themselves:
 * each fsync of this file would otherwise stand in the way of one of theirs. A write that failed is
 * tried again after 1 s, doubling to 30 s, or with the next change, but never sooner than after 1
 * s. For one thread; the gauges read from any.
 */
final class LkgWriter {
  private static final Logger LOG = LoggerFactory.getLogger(LkgWriter.class);
  private static final long FIRST_RETRY_MILLIS = 1_000;
  private static final long LAST_RETRY_MILLIS = 30_000;
  private static final long NO_TIMER = -1;

  /**
   * From the beginning of a write to that of the next; a change is to be in the file within 100.
   */
  private static final long PACE_MILLIS = 40;

  private final Vertx vertx;
  private final Bus bus;
  private final Path path;
  private final long minIntervalMillis;
  private final Clock clock;
  private final Timer timing;

  private volatile Disk disk = Disk.NOTHING;
  private String keyId = "";
  private @Nullable Supplier<Image> settings;
  private boolean changed;
  private @Nullable Future<Void> current;
  private @Nullable String fault;
  private long retryMillis;
  private long timer = NO_TIMER;
  private long notBefore = System.nanoTime();
  private boolean closed;

  LkgWriter(Vertx vertx, Bus bus, LkgVerticle.Options options, Clock clock, MeterRegistry meters) {
    this.vertx = vertx;
    this.bus = bus;
    this.path = options.path();
    this.minIntervalMillis = Math.max(PACE_MILLIS, options.minIntervalMillis());
    this.clock = clock;
    this.timing = meters.timer("holdfast.lkg.write");
    Gauge.builder("holdfast.lkg.age.seconds", this, LkgWriter::ageSeconds).register(meters);
    Gauge.builder("holdfast.lkg.revision", this, it -> it.disk.revision()).register(meters);
    Gauge.builder("holdfast.lkg.bytes", this, it -> it.disk.bytes()).register(meters);
  }

  /**
   * Starts from what was found on disk; {@code newest} gives the settings when they are written.
   */
  void begin(Disk found, String withKeyId, Supplier<Image> newest) {
    disk = found;
    keyId = withKeyId;
    settings = newest;
    Image image = newest.get();
    if (found.standing() == Standing.AHEAD) {
      fault =
          "the database is behind the last-known-good file: revision %d against %d"
              .formatted(image.revision(), found.revision());
    }
    announce();
    changed();
  }

  /** There is a state that is newer than all before, or the same with other seals. */
  void changed() {
    changed = true;
    if (!closed && current == null) {
      schedule(TimeUnit.NANOSECONDS.toMillis(notBefore - System.nanoTime() + 999_999));
    }
  }

  /** Writes what is not written yet, one last time. Does not fail. */
  Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    Future<Void> running = current == null ? Future.succeededFuture() : current;
    return running.compose(done -> writeNewest());
  }

  private void schedule(long delayMillis) {
    vertx.cancelTimer(timer);
    timer = NO_TIMER;
    if (delayMillis > 0) {
      timer = vertx.setTimer(delayMillis, fired -> writeNewest());
    } else {
      writeNewest();
    }
  }

  /** Takes the settings as they are now, of all that changed since, and writes them. */
  private Future<Void> writeNewest() {
    timer = NO_TIMER;
    changed = false;
    Image image = settings == null ? null : settings.get();
    if (image == null || !disk.isBehind(image)) {
      return Future.succeededFuture();
    }
    Future<Void> writing = write(image);
    current = writing.isComplete() ? null : writing;
    return writing;
  }

  /** Does not fail: what goes wrong is announced and tried again. */
  private Future<Void> write(Image image) {
    long began = System.nanoTime();
    notBefore = began + TimeUnit.MILLISECONDS.toNanos(minIntervalMillis);
    Instant at = clock.instant();
    return seal(image, Times.format(at))
        .compose(
            file ->
                vertx.executeBlocking(
                    () -> {
                      DurableFiles.createPrivateFolders(folder());
                      DurableFiles.replace(path, file);
                      return new Disk(
                          Standing.GOOD,
                          image.epoch(),
                          image.revision(),
                          at,
                          file.length,
                          image.renewal(),
                          image.secretKeyIds());
                    }))
        .onComplete(
            done -> {
              timing.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
              current = null;
            })
        .map(this::written)
        .otherwise(this::failed);
  }

  private Future<byte[]> seal(Image image, String at) {
    String id = keyId;
    return vertx
        .executeBlocking(() -> LkgText.payload(image, at, id))
        .compose(
            payload ->
                bus.call(CryptoRoutes.HMAC, new ComputeHmac(payload))
                    .compose(
                        hmac -> {
                          if (hmac.keyId().equals(id)) {
                            return vertx.executeBlocking(() -> LkgText.seal(payload, hmac.hex()));
                          }
                          keyId = hmac.keyId();
                          return seal(image, at);
                        }));
  }

  private @Nullable Void written(Disk now) {
    if (retryMillis > 0) {
      LOG.info("{}: written again, revision {}", path, now.revision());
    }
    retryMillis = 0;
    fault = null;
    disk = now;
    announce();
    if (changed) {
      changed();
    }
    return null;
  }

  private @Nullable Void failed(Throwable failure) {
    String before = fault;
    fault = "the last-known-good file cannot be written: " + Reasons.of(failure);
    if (!fault.equals(before)) {
      LOG.warn("{}: cannot be written, will be tried again: {}", path, Reasons.of(failure));
    }
    long earliest = Math.max(FIRST_RETRY_MILLIS, minIntervalMillis);
    notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(earliest);
    retryMillis = Math.min(Math.max(FIRST_RETRY_MILLIS, retryMillis * 2), LAST_RETRY_MILLIS);
    announce();
    if (!closed) {
      schedule(Math.max(retryMillis, minIntervalMillis));
    }
    return null;
  }

  private void announce() {
    bus.publish(LkgTopics.STATE, disk.state(fault));
  }

  private Path folder() {
    Path folder = path.toAbsolutePath().getParent();
    return folder == null ? path.toAbsolutePath() : folder;
  }

  private double ageSeconds() {
    Instant at = disk.writtenAt();
    return at == null ? Double.NaN : Duration.between(at, clock.instant()).toMillis() / 1000.0;
  }
}
