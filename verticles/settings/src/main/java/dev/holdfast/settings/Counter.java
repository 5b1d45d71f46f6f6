package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.settings.SettingsRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;

/** Where the other rooms ask: every route with what answers it. */
final class Counter {
  private final Vertx vertx;
  private final Bus bus;
  private final SettingsVerticle.Options options;
  private final Clock clock;
  private final MeterRegistry meters;

  Counter(
      Vertx vertx, Bus bus, SettingsVerticle.Options options, Clock clock, MeterRegistry meters) {
    this.vertx = vertx;
    this.bus = bus;
    this.options = options;
    this.clock = clock;
    this.meters = meters;
  }

  /** Answers from now on. */
  void open(Startup.Ready ready, Secrets secrets) {
    Ground ground = ready.ground();
    Ledger ledger = ground.ledger();
    Memory memory = ledger.memory();
    ModelGate gate = new ModelGate();
    WriteGate open = new WriteGate();
    Writes writes = new Writes(memory, clock);
    Retries retries = new Retries(vertx);
    ConfigUseCases configs = new ConfigUseCases(ledger, gate, writes, secrets);
    RestoreUseCase restore = new RestoreUseCase(retries, bus, memory, configs);
    SecretUseCases single = new SecretUseCases(bus, memory, retries, configs, secrets, clock);
    SchemaUseCases schemas =
        new SchemaUseCases(vertx, ready.shapes().book(), ledger, gate, writes, secrets);
    Queries queries = new Queries(vertx, bus, memory);
    KeyWatch keys = new KeyWatch(vertx, bus, memory, ready.keys(), options, clock, meters);
    bus.serve(SettingsRoutes.PUT, open.guard(configs::put));
    bus.serve(SettingsRoutes.PATCH, open.guard(configs::patch));
    bus.serve(SettingsRoutes.DELETE, open.guard(configs::delete));
    bus.serve(SettingsRoutes.RESTORE, open.guard(restore::restore));
    bus.serve(SettingsRoutes.PUT_SCHEMA, open.guard(schemas::put));
    bus.serve(SettingsRoutes.SCHEMAS, all -> Future.succeededFuture(schemas.all()));
    bus.serve(SettingsRoutes.STATE, all -> Future.succeededFuture(memory.state()));
    bus.serve(SettingsRoutes.SEARCH, queries::search);
    bus.serve(SettingsRoutes.HISTORY, queries::history);
    bus.serve(SettingsRoutes.PUT_SECRET, open.guard(single::put));
    bus.serve(SettingsRoutes.DELETE_SECRET, open.guard(single::delete));
    bus.serve(SettingsRoutes.REVEAL, single::reveal);
    bus.serve(SettingsRoutes.READ_SECRETS, single::read);
    bus.serve(SettingsRoutes.SECRETS_STATUS, it -> Future.succeededFuture(keys.status()));
    RebuildUseCase rebuild = new RebuildUseCase(bus, vertx, clock, ground, ready.shapes(), secrets);
    bus.serve(SettingsRoutes.REOPEN, ground::reopen);
    bus.serve(SettingsRoutes.REBUILD, rebuild::rebuild);
    bus.subscribe(HealthRoutes.CHANGED, open::health);
    ground.onStanding(
        standing -> {
          open.standing(standing);
          if (standing.adopted()) {
            keys.start();
          }
          bus.publish(SettingsRoutes.STANDING, standing);
        });
  }
}
