package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.backup.BackupTopics;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.lkg.LkgState;
import dev.holdfast.messages.lkg.LkgTopics;
import dev.holdfast.messages.mqtt.MqttTopics;
import dev.holdfast.messages.settings.GetSecretsStatus;
import dev.holdfast.messages.settings.GetState;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.SettingsStanding;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything of this room together: what the other rooms tell it, and what they ask. */
final class Desk {
  private final Vertx vertx;
  private final Bus bus;
  private final Conditions conditions;
  private final Admission admission;
  private final EpochKeeper files;
  private final Reporter reporter;
  private final Clock clock;
  private final MeterRegistry meters;
  private final AuditCheck audit;
  private @Nullable Watch watch;
  private @Nullable EpochFile found;
  private boolean adopted;

  Desk(
      Vertx vertx,
      Bus bus,
      Conditions conditions,
      Admission admission,
      EpochKeeper files,
      Clock clock,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.bus = bus;
    this.conditions = conditions;
    this.admission = admission;
    this.files = files;
    this.clock = clock;
    this.meters = meters;
    this.reporter = new Reporter(bus, conditions, files, clock, meters);
    this.audit = new AuditCheck(vertx, bus, clock, files::audit, told(conditions::audit));
  }

  /** Listens and answers from now on. */
  void open(HealthVerticle.Options options, @Nullable EpochFile atStart) {
    found = atStart;
    Wall wall = new Wall(clock, atStart, conditions);
    Rebuilder rebuilder =
        new Rebuilder(
            bus,
            conditions,
            clock,
            options.autoRebuild(),
            rebuilt -> {
              found = null;
              admission.forget();
              if (watch != null) {
                watch.forget();
              }
              files.rebuilt(rebuilt.epoch());
            },
            reporter::update);
    Watch watching =
        new Watch(
            vertx,
            bus,
            conditions,
            clock,
            options,
            meters,
            () -> {
              wall.look();
              reporter.update();
              rebuilder.consider();
            });
    watch = watching;
    listen();
    bus.serve(HealthRoutes.GET, it -> Future.succeededFuture(reporter.report()));
    bus.serve(
        HealthRoutes.DETAIL,
        it -> Future.succeededFuture(reporter.detail(watching.lastCheck(), rebuilder.last())));
    bus.serve(HealthRoutes.ADMIT, admission::admit);
    bus.serve(HealthRoutes.REBUILD, rebuilder::request);
    rebuilder.start();
    watching.start();
  }

  private void listen() {
    files.onFault(told(conditions::epochFile));
    bus.subscribe(MqttTopics.STATE, told(conditions::broker));
    bus.subscribe(BackupTopics.STATE, told(conditions::backup));
    bus.subscribe(SettingsRoutes.SECRETS_CHANGED, told(conditions::secrets));
    Consumer<LkgState> cached = told(conditions::cache);
    bus.subscribe(LkgTopics.STATE, cached.andThen(files::cached));
    bus.subscribe(SettingsRoutes.STANDING, this::standing);
    bus.subscribe(
        SettingsRoutes.CHANGED,
        told(it -> conditions.settings(it.epoch(), it.revision(), it.schemaVersion())));
  }

  private <T extends @Nullable Object> Consumer<T> told(Consumer<T> change) {
    return change.andThen(it -> reporter.update());
  }

  private void standing(SettingsStanding standing) {
    bus.call(SettingsRoutes.STATE, new GetState())
        .onSuccess(
            state -> {
              conditions.settings(state.epoch(), state.revision(), state.schemaVersion());
              conditions.standing(standing);
              reporter.update();
              files.accept(standing.adopted());
              if (standing.adopted() && !adopted) {
                adopted = true;
                // After a rebuild the recorded row may be gone with the old database.
                audit.start(conditions.rebuilding() == null ? found : null);
                askForSecrets();
              }
            })
        .onFailure(failure -> vertx.setTimer(100, again -> standing(standing)));
  }

  private void askForSecrets() {
    bus.call(SettingsRoutes.SECRETS_STATUS, new GetSecretsStatus())
        .onSuccess(told(conditions::secrets)::accept);
  }

  /** Writes the epoch file a last time. Does not fail. */
  Future<@Nullable Void> close() {
    if (watch != null) {
      watch.close();
    }
    return files.close();
  }
}
