package dev.holdfast.health;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.lkg.LkgState;
import dev.holdfast.messages.lkg.LkgTopics;
import dev.holdfast.messages.mqtt.MqttTopics;
import dev.holdfast.messages.settings.GetSecretsStatus;
import dev.holdfast.messages.settings.GetState;
import dev.holdfast.messages.settings.SecretsStatus;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.State;
import dev.holdfast.messages.storage.AuditHead;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says how the manager is: probes the database, hears what the other rooms say of themselves, and
 * serves and announces the sum as {@link HealthRoutes}. Keeps the epoch file, and refuses to start
 * on a database that is another than, or behind, the one recorded there: {@code start()} then fails
 * {@code IllegalStateException} with one line for the operator.
 */
public final class HealthVerticle extends VerticleBase {
  private final Options options;
  private final MeterRegistry meters;
  private final Clock clock;
  private @Nullable Probe probe;
  private @Nullable EpochKeeper keeper;

  /** Ready to deploy once the crypto, storage and settings rooms are. */
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
    Bus bus = new Bus(vertx);
    Conditions conditions = new Conditions();
    bus.subscribe(
        SettingsRoutes.CHANGED,
        it -> conditions.settings(it.epoch(), it.revision(), it.schemaVersion()));
    return bus.call(SettingsRoutes.STATE, new GetState())
        .compose(
            state -> {
              conditions.settings(state.epoch(), state.revision(), state.schemaVersion());
              return begin(bus, conditions, state);
            });
  }

  private Future<?> begin(Bus bus, Conditions conditions, State state) {
    Probe probing = new Probe(vertx, bus, conditions, options.probeMillis(), meters);
    EpochCheck check = new EpochCheck(vertx, bus, options.epochPath());
    return Future.all(check.run(state.epoch(), state.revision()), probing.once())
        .compose(
            checked -> {
              EpochKeeper files =
                  new EpochKeeper(vertx, bus, options.epochPath(), clock, checked.resultAt(0));
              Reporter reporter = new Reporter(bus, conditions, files, meters);
              probe = probing;
              keeper = files;
              files.onFault(after(conditions::epochFile, reporter));
              bus.subscribe(MqttTopics.STATE, after(conditions::broker, reporter));
              Consumer<SecretsStatus> secrets = after(conditions::secrets, reporter);
              bus.subscribe(SettingsRoutes.SECRETS_CHANGED, secrets);
              bus.call(SettingsRoutes.SECRETS_STATUS, new GetSecretsStatus())
                  .onSuccess(secrets::accept);
              new AuditCheck(vertx, bus, clock, files::audit, after(conditions::audit, reporter))
                  .start(checked.resultAt(0));
              Consumer<LkgState> cached = after(conditions::cache, reporter);
              bus.subscribe(LkgTopics.STATE, cached.andThen(files::cached));
              bus.subscribe(SettingsRoutes.CHANGED, after(it -> {}, reporter));
              bus.serve(HealthRoutes.GET, it -> Future.succeededFuture(reporter.report()));
              probing.run(reporter::update);
              reporter.update();
              return files.idle();
            });
  }

  /**
   * The newest row of the access log that an epoch file records, for the command line; null where
   * there is no file, or it records none. The file's HMAC is not checked. Blocks.
   *
   * @throws IllegalArgumentException when it is no epoch file
   */
  public static @Nullable AuditHead recordedAuditHead(Path epochFile) throws IOException {
    try {
      return EpochFile.open(DurableFiles.read(epochFile)).audit();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static <T extends @Nullable Object> Consumer<T> after(
      Consumer<T> change, Reporter reporter) {
    return change.andThen(it -> reporter.update());
  }

  @Override
  public Future<?> stop() {
    if (probe != null) {
      probe.close();
    }
    return keeper == null ? Future.succeededFuture() : keeper.close();
  }

  /**
   * Where the epoch file is and how often to look.
   *
   * @param epochPath the epoch file; its folder is made where there is none
   * @param probeMillis the pause between the end of a probe of the database and the next, 10 to
   *     60000
   */
  public record Options(Path epochPath, long probeMillis) {
    public Options {
      requireNonNull(epochPath, "epochPath");
      if (probeMillis < 10 || probeMillis > 60_000) {
        throw new IllegalArgumentException(
            "probeMillis: " + probeMillis + " (expected: 10 to 60000)");
      }
    }
  }
}
