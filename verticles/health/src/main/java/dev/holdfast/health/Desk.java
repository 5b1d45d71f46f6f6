package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.settings.GetSecretsStatus;
import dev.holdfast.messages.settings.GetState;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.SettingsStanding;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Where the other rooms ask, and what the settings room tells. */
final class Desk {
  private final Vertx vertx;
  private final Bus bus;
  private final Conditions conditions;
  private final Admission admission;
  private final EpochKeeper files;
  private final Reporter reporter;
  private final Clock clock;
  private @Nullable Rebuilder rebuilder;
  private @Nullable Runnable onAdopted;

  Desk(
      Vertx vertx,
      Bus bus,
      Conditions conditions,
      Admission admission,
      EpochKeeper files,
      Reporter reporter,
      Clock clock) {
    this.vertx = vertx;
    this.bus = bus;
    this.conditions = conditions;
    this.admission = admission;
    this.files = files;
    this.reporter = reporter;
    this.clock = clock;
  }

  /** Answers from now on; {@code adopted} is called once, when the database is served first. */
  void open(boolean autoRebuild, Watch watch, Runnable adopted) {
    onAdopted = adopted;
    Rebuilder made =
        new Rebuilder(
            bus,
            conditions,
            clock,
            autoRebuild,
            rebuilt -> {
              admission.forget();
              watch.forget();
              files.rebuilt(rebuilt.epoch());
            },
            reporter::update);
    rebuilder = made;
    made.start();
    bus.subscribe(
        SettingsRoutes.CHANGED,
        it -> {
          conditions.settings(it.epoch(), it.revision(), it.schemaVersion());
          reporter.update();
        });
    bus.subscribe(SettingsRoutes.STANDING, this::standing);
    bus.serve(HealthRoutes.GET, it -> Future.succeededFuture(reporter.report()));
    bus.serve(
        HealthRoutes.DETAIL,
        it -> Future.succeededFuture(reporter.detail(watch.lastCheck(), made.last())));
    bus.serve(HealthRoutes.ADMIT, admission::admit);
    bus.serve(HealthRoutes.REBUILD, made::request);
  }

  /** A rebuild, where one is allowed and due. */
  void consider() {
    if (rebuilder != null) {
      rebuilder.consider();
    }
  }

  private void standing(SettingsStanding standing) {
    bus.call(SettingsRoutes.STATE, new GetState())
        .onSuccess(
            state -> {
              conditions.settings(state.epoch(), state.revision(), state.schemaVersion());
              conditions.standing(standing);
              reporter.update();
              Runnable first = onAdopted;
              if (standing.adopted() && first != null) {
                onAdopted = null;
                first.run();
                askForSecrets();
              }
            })
        .onFailure(failure -> vertx.setTimer(100, again -> standing(standing)));
  }

  private void askForSecrets() {
    bus.call(SettingsRoutes.SECRETS_STATUS, new GetSecretsStatus())
        .onSuccess(
            status -> {
              conditions.secrets(status);
              reporter.update();
            });
  }
}
