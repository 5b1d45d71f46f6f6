package dev.holdfast.health;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.Stored;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Says how the manager is: probes the database, hears what the other rooms say of themselves, and
 * serves and announces the sum as {@link HealthRoutes}. Keeps the epoch file, and says whether a
 * database is the one that is recorded there. Enters the read-only fallback when the database fails
 * anybody, leaves it when the database is well, and has it rebuilt.
 */
public final class HealthVerticle extends VerticleBase {
  private final Options options;
  private final MeterRegistry meters;
  private final Clock clock;
  private @Nullable Desk desk;

  /** Ready to deploy once the crypto room is; the settings room needs its answers. */
  public HealthVerticle(Options options, MeterRegistry meters) {
    this(options, meters, Clock.systemUTC());
  }

  HealthVerticle(Options options, MeterRegistry meters, Clock clock) {
    this.options = requireNonNull(options, "options");
    this.meters = requireNonNull(meters, "meters");
    this.clock = requireNonNull(clock, "clock");
  }

  @Override
  public Future<?> start() {
    EpochStore store = new EpochStore(vertx, new Bus(vertx), options.epochPath());
    return store
        .read()
        .onSuccess(found -> begin(store, found, null))
        .recover(
            refused -> {
              begin(store, null, String.valueOf(refused.getMessage()));
              return Future.succeededFuture(null);
            });
  }

  private void begin(EpochStore store, @Nullable EpochFile found, @Nullable String refused) {
    Bus bus = new Bus(vertx);
    Conditions conditions = new Conditions();
    EpochKeeper files = new EpochKeeper(vertx, store, clock, found);
    Admission admission = new Admission(bus, store.path(), conditions, files, refused);
    Desk made = new Desk(vertx, bus, conditions, admission, files, clock, meters);
    desk = made;
    made.open(options, found);
  }

  /**
   * The newest row of the access log that an epoch file records, for the command line; null where
   * there is no file, or it records none. The file's HMAC is not checked. Blocks.
   *
   * @throws IllegalArgumentException when it is no epoch file
   */
  public static @Nullable AuditHead recordedAuditHead(Path epochFile) throws IOException {
    return AcceptedEpoch.auditHead(epochFile);
  }

  /** Epoch and revision that an epoch file records, as {@link EpochStore#read} reads it. */
  public static Future<@Nullable StorageProbed> recorded(Vertx vertx, Path epochFile) {
    return AcceptedEpoch.place(new EpochStore(vertx, new Bus(vertx), epochFile));
  }

  /** Has the epoch file record this database, which another start then takes for its own. */
  public static Future<?> accept(Vertx vertx, Path epochFile, Stored database, AuditHead head) {
    EpochStore store = new EpochStore(vertx, new Bus(vertx), epochFile);
    return AcceptedEpoch.write(store, database, head, Clock.systemUTC());
  }

  @Override
  public Future<?> stop() {
    return desk == null ? Future.succeededFuture() : desk.close();
  }

  /**
   * Where the epoch file is and how often to look.
   *
   * @param epochPath the epoch file; its folder is made where there is none
   * @param probeMillis the pause between the end of a probe of the database and the next, 10 to
   *     60000
   * @param checkMinutes the pause between two full checks of the database, up to a year; 0: one
   *     after the start only
   * @param autoRebuild whether a damaged database is rebuilt unasked
   */
  public record Options(Path epochPath, long probeMillis, int checkMinutes, boolean autoRebuild) {
    public Options {
      requireNonNull(epochPath, "epochPath");
      Bounds.check("probeMillis", probeMillis, 10, 60_000);
      Bounds.check("checkMinutes", checkMinutes, 0, 525_600);
    }
  }
}
