package dev.holdfast.backup;

import dev.holdfast.bus.Bus;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.messages.backup.BackupState.Drill;
import dev.holdfast.messages.settings.GetState;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.State;
import dev.holdfast.messages.storage.DatabaseVerified;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.VerifyDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rehearses restores: has the replica restored to a place of its own, has every page and checksum
 * of it read, and holds it against what was committed. Also knows of rehearsals by the command
 * line. Lives on the verticle's event loop.
 */
final class Drills {
  private static final Logger LOG = LoggerFactory.getLogger(Drills.class);
  private static final String RESTORED = "restored.db";
  private static final long LOOK_MILLIS = 10_000;
  private static final Duration FIRST = Duration.ofMinutes(2);

  /** What was committed so long before the restore began must be in it. */
  private static final Duration LATE = Judge.LATE;

  private final Vertx vertx;
  private final Bus bus;
  private final BackupVerticle.Options options;
  private final DrillRecord record;
  private final Clock clock;
  private final Instant began;
  private @Nullable Drill newest;
  private boolean closed;
  private long timer = -1;

  Drills(Vertx vertx, Bus bus, BackupVerticle.Options options, Clock clock) {
    this.vertx = vertx;
    this.bus = bus;
    this.options = options;
    this.record = new DrillRecord(options.database());
    this.clock = clock;
    this.began = clock.instant();
  }

  void start() {
    vertx
        .executeBlocking(record::read, false)
        .onSuccess(found -> newest = found)
        .compose(found -> due() ? rehearse() : Future.succeededFuture())
        .onComplete(
            done -> {
              if (!closed) {
                timer = vertx.setTimer(LOOK_MILLIS, fired -> start());
              }
            });
  }

  void close() {
    closed = true;
    vertx.cancelTimer(timer);
  }

  /** The newest, or null before the first. */
  @Nullable Drill newest() {
    return newest;
  }

  private boolean due() {
    if (options.drillHours() == 0 || closed) {
      return false;
    }
    Instant now = clock.instant();
    Drill last = newest;
    Duration pause = Duration.ofHours(last == null || last.ok() ? options.drillHours() : 1);
    return now.isAfter(began.plus(FIRST)) && (last == null || !now.isBefore(last.at().plus(pause)));
  }

  /** Does not fail. */
  private Future<Void> rehearse() {
    long start = System.nanoTime();
    return bus.call(SettingsRoutes.STATE, new GetState())
        .compose(
            before -> {
              // What is committed now has until then to get to the replica.
              return later(LATE)
                  .compose(waited -> restored())
                  .map(found -> judged(found, before, start));
            })
        .otherwise(
            failure -> new Drill(clock.instant(), false, millis(start), null, 0, text(failure)))
        .compose(this::keep)
        .otherwiseEmpty();
  }

  private Future<Void> later(Duration pause) {
    return Future.future(it -> vertx.setTimer(pause.toMillis(), fired -> it.complete()));
  }

  private Future<DatabaseVerified> restored() {
    return vertx
        .executeBlocking(this::restore, false)
        .compose(
            folder ->
                bus.call(StorageRoutes.VERIFY, new VerifyDatabase(folder.resolve(RESTORED)))
                    .eventually(
                        () ->
                            vertx.executeBlocking(
                                () -> {
                                  DurableFiles.deleteTree(folder);
                                  return null;
                                },
                                false)));
  }

  /** Beside the database: on a disk that holds one it may hold another. */
  private Path restore() throws IOException {
    Path folder =
        Files.createTempDirectory(
            options.database().toAbsolutePath().getParent(), "restore-drill-");
    try {
      Litestream.of(options).restore(folder.resolve(RESTORED), null);
      return folder;
    } catch (IOException e) {
      DurableFiles.deleteTree(folder);
      throw e;
    }
  }

  private Drill judged(DatabaseVerified found, State before, long start) {
    String fault = fault(found, before);
    return new Drill(
        clock.instant(),
        fault == null,
        millis(start) - LATE.toMillis(),
        found.epoch(),
        found.revision(),
        fault == null ? "restored and checked: every page, every checksum, the access log" : fault);
  }

  private static @Nullable String fault(DatabaseVerified found, State before) {
    if (!found.epoch().equals(before.epoch())) {
      return "the backup is of epoch "
          + found.epoch()
          + " (expected: "
          + before.epoch()
          + "): it is of another database";
    }
    if (found.revision() < before.revision()) {
      return "the backup ends at revision "
          + found.revision()
          + ", although "
          + before.revision()
          + " was committed "
          + LATE.toSeconds()
          + " s before: something is missing at the replica";
    }
    return found.auditFault() == null ? null : "the access log: " + found.auditFault();
  }

  private Future<Void> keep(Drill drill) {
    if (drill.ok()) {
      LOG.info("a restore was rehearsed: revision {} in {} ms", drill.revision(), drill.millis());
    } else {
      LOG.error("a restore was rehearsed, and failed: {}", drill.text());
    }
    newest = drill;
    return vertx.executeBlocking(
        () -> {
          record.write(drill);
          return null;
        },
        false);
  }

  private static String text(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  private static long millis(long start) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }
}
