package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.DatabaseRebuilt;
import dev.holdfast.messages.storage.DatabaseVerified;
import dev.holdfast.messages.storage.RebuildDatabase;
import dev.holdfast.messages.storage.VerifyDatabase;
import dev.holdfast.model.AuditMac;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens the database, as often as is needed, for one process at a time. */
final class Opener {
  private final Vertx vertx;
  private final StorageVerticle.Options options;
  private final AuditMac macs;
  private final MeterRegistry meters;
  private final Clock clock;
  private Lineage lineage = new Lineage();
  private boolean create;
  private volatile @Nullable InstanceLock lock;

  Opener(
      Vertx vertx,
      StorageVerticle.Options options,
      AuditMac macs,
      MeterRegistry meters,
      Clock clock) {
    this.vertx = vertx;
    this.options = options;
    this.macs = macs;
    this.meters = meters;
    this.clock = clock;
    this.create = options.create();
  }

  /**
   * Opens. Fails with a code that is {@link FailureCode#ofStorage}, or {@code UNAVAILABLE} where
   * another manager holds the files.
   */
  Future<Parts> open() {
    return vertx
        .executeBlocking(this::prepare)
        .compose(
            file -> {
              Writer writer = new Writer(vertx, file, options.replicated());
              Lineage known = lineage;
              boolean fresh = create;
              return writer
                  .open(clock, fresh)
                  .compose(ready -> writer.run(() -> known.read(writer.connection())))
                  .map(meta -> made(writer, file, meta, fresh))
                  .recover(
                      failure -> writer.abandon().transform(given -> Future.failedFuture(failure)));
            });
  }

  /** What was served before cannot have been nothing: then the log that held it is lost. */
  private Parts made(Writer writer, DatabaseFile file, MetaRow meta, boolean fresh) {
    if (!fresh && meta.revision() == 0) {
      throw BusFailure.of(
          FailureCode.STORAGE_CORRUPT,
          file.path() + ": it holds no settings, but the files beside it show that it did");
    }
    create = false;
    return new Parts(vertx, writer, file, lineage, clock, options, macs, meters);
  }

  private DatabaseFile prepare() {
    takeLock();
    return DatabaseFile.prepare(options.databasePath(), create);
  }

  private void takeLock() {
    if (lock == null) {
      DatabaseFile.prepareFolder(options.databasePath());
      lock = InstanceLock.take(options.databasePath());
    }
  }

  /** What a file that was restored somewhere is. Fails as {@link Offline} does. */
  Future<DatabaseVerified> verify(VerifyDatabase question) {
    return vertx.executeBlocking(() -> Offline.verified(question.file(), macs), false);
  }

  /** Puts the old files aside and makes a new database; what {@link #open} opens next. */
  Future<DatabaseRebuilt> rebuild(RebuildDatabase question) {
    return vertx
        .executeBlocking(
            () -> {
              takeLock();
              return Rebuild.run(options.databasePath(), question, macs, clock);
            })
        .onSuccess(made -> lineage = new Lineage());
  }

  /** Lets another process have the files; never fails. */
  Future<Void> unlock() {
    InstanceLock held = lock;
    lock = null;
    return held == null
        ? Future.succeededFuture()
        : vertx
            .executeBlocking(
                () -> {
                  Objects.requireNonNull(held).close();
                  return null;
                })
            .otherwiseEmpty()
            .mapEmpty();
  }
}
