package dev.holdfast.backup;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.backup.BackupState;
import dev.holdfast.messages.backup.BackupTopics;
import dev.holdfast.model.Replica;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Watches the replica that Litestream keeps of the database, and rehearses restores from it;
 * announces both as {@link BackupTopics#STATE}. Never opens the database.
 */
public final class BackupVerticle extends VerticleBase {
  /**
   * How the room is set up.
   *
   * @param database the file that is replicated, as Litestream names it
   * @param replica where its replica is, or null: the backup is disabled
   * @param metrics where Litestream tells its metrics
   * @param executable Litestream itself: a path, or a name that is looked for on the path
   * @param retentionHours how long the replica keeps what was replaced
   * @param drillHours the pause between two rehearsals of a restore; 0: none
   */
  public record Options(
      Path database,
      @Nullable Replica replica,
      URI metrics,
      String executable,
      int retentionHours,
      int drillHours) {
    public Options {
      database = requireNonNull(database, "database").toAbsolutePath().normalize();
      requireNonNull(metrics, "metrics");
      requireNonNull(executable, "executable");
    }
  }

  private final Options options;
  private final MeterRegistry meters;
  private @Nullable Watcher watcher;
  private @Nullable Drills drills;
  private @Nullable HttpClient client;

  /** Ready to deploy once the health room is, which hears of it. */
  public BackupVerticle(Options options, MeterRegistry meters) {
    this.options = requireNonNull(options, "options");
    this.meters = requireNonNull(meters, "meters");
  }

  /** The configuration with which Litestream is run; holds no credential. */
  public static String configuration(Options options) {
    return Litestream.of(options).configuration();
  }

  /**
   * Has Litestream write the replica's database to a file that is not there yet. Blocks.
   *
   * @param at as it was then, or null: the newest
   * @throws IOException with what Litestream said, when it could not
   */
  public static void fetch(Options options, Path target, @Nullable Instant at) throws IOException {
    Litestream.of(options).restore(target, at);
  }

  /** When the newest thing came to the replica, by its clock; null where there is none. */
  public static Future<@Nullable Instant> newest(Vertx vertx, Options options) {
    return Reading.newest(store(vertx, vertx.createHttpClient(), options));
  }

  /** The same of Litestream 0.3's pieces of the log, of which it may restore without one. */
  public static Future<@Nullable Instant> newestPiece(Vertx vertx, Options options) {
    return Reading.newestPiece(store(vertx, vertx.createHttpClient(), options));
  }

  /**
   * Runs Litestream until this process is stopped, and starts it again whenever it ends. Blocks.
   */
  public static void supervise(Options options) throws InterruptedException {
    new Supervisor(Litestream.of(options)).run();
  }

  /** What Litestream calls its version. Fails where it cannot be run. Blocks. */
  public static String version(Options options) throws IOException {
    return Litestream.of(options).version();
  }

  /** Keeps the outcome of a rehearsal for the manager and the page. Blocks. */
  public static void record(Options options, BackupState.Drill drill) throws IOException {
    new DrillRecord(options.database()).write(drill);
  }

  @Override
  public Future<?> start() {
    Bus bus = new Bus(vertx);
    if (options.replica() == null) {
      bus.publish(BackupTopics.STATE, BackupState.DISABLED);
      return Future.succeededFuture();
    }
    HttpClient made = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
    client = made;
    BackupMeters gauges = new BackupMeters(meters);
    bus.subscribe(BackupTopics.STATE, gauges::tell);
    Drills rehearsals = new Drills(vertx, bus, options, Clock.systemUTC());
    drills = rehearsals;
    rehearsals.start();
    Watcher watching =
        new Watcher(
            vertx,
            bus,
            made,
            options,
            store(vertx, made, options),
            Clock.systemUTC(),
            rehearsals::newest);
    watcher = watching;
    watching.start();
    return Future.succeededFuture();
  }

  private static Store store(Vertx owner, HttpClient http, Options options) {
    return options.replica() instanceof Replica.Bucket bucket
        ? new BucketStore(owner, http, bucket)
        : new FolderStore(owner, ((Replica.Folder) requireNonNull(options.replica())).path());
  }

  @Override
  public Future<?> stop() {
    if (watcher != null) {
      watcher.close();
    }
    if (drills != null) {
      drills.close();
    }
    return client == null ? Future.succeededFuture() : client.close();
  }
}
