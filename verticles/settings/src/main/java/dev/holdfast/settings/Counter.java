package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
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
    Ledger ledger = ready.ledger();
    Memory memory = ledger.memory();
    ModelGate gate = new ModelGate();
    Writes writes = new Writes(memory, clock);
    Retries retries = new Retries(vertx);
    ConfigUseCases configs = new ConfigUseCases(ledger, gate, writes, secrets);
    RestoreUseCase restore = new RestoreUseCase(retries, bus, memory, configs);
    SecretUseCases single = new SecretUseCases(bus, memory, retries, configs, secrets, clock);
    SchemaUseCases schemas = new SchemaUseCases(vertx, ready.book(), ledger, gate, writes, secrets);
    Queries queries = new Queries(bus, memory);
    KeyWatch keys = new KeyWatch(vertx, bus, memory, ready.keys(), options, clock, meters);
    bus.serve(SettingsRoutes.PUT, configs::put);
    bus.serve(SettingsRoutes.PATCH, configs::patch);
    bus.serve(SettingsRoutes.DELETE, configs::delete);
    bus.serve(SettingsRoutes.RESTORE, restore::restore);
    bus.serve(SettingsRoutes.PUT_SCHEMA, schemas::put);
    bus.serve(SettingsRoutes.SCHEMAS, all -> Future.succeededFuture(schemas.all()));
    bus.serve(SettingsRoutes.STATE, all -> Future.succeededFuture(memory.state()));
    bus.serve(SettingsRoutes.SEARCH, queries::search);
    bus.serve(SettingsRoutes.HISTORY, queries::history);
    bus.serve(SettingsRoutes.PUT_SECRET, single::put);
    bus.serve(SettingsRoutes.DELETE_SECRET, single::delete);
    bus.serve(SettingsRoutes.REVEAL, single::reveal);
    bus.serve(SettingsRoutes.READ_SECRETS, single::read);
    bus.serve(SettingsRoutes.SECRETS_STATUS, it -> Future.succeededFuture(keys.status()));
    keys.start();
  }
}
