package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.GetKeys;
import dev.holdfast.messages.storage.CheckKeys;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.LoadStored;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.Values;
import dev.holdfast.settings.SettingsVerticle.SchemaFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From files and database to a ledger that serves: compiles the schemas, checks keys, loads what is
 * stored, seeds what is new, and takes what is stored over to schemas that changed.
 */
final class Startup {
  private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

  private final Vertx vertx;
  private final Bus bus;
  private final Clock clock;

  Startup(Vertx vertx, Bus bus, Clock clock) {
    this.vertx = vertx;
    this.bus = bus;
    this.clock = clock;
  }

  /**
   * What the start came to.
   *
   * @param book the schemas of the files
   * @param ledger the way to change anything
   */
  record Ready(SchemaBook book, Ledger ledger) {}

  /**
   * Fails with {@code IllegalArgumentException} for schemas with faults, {@code CONFLICT} for other
   * key bytes than known and for stored settings that no longer fit, else as storage does.
   */
  Future<Ready> run(List<SchemaFile> files) {
    return vertx
        .executeBlocking(() -> SchemaBook.compile(files), false)
        .compose(book -> checkKeys().compose(checked -> load()).compose(all -> open(book, all)));
  }

  private Future<?> checkKeys() {
    return bus.call(CryptoRoutes.KEYS, new GetKeys())
        .compose(keys -> bus.call(StorageRoutes.CHECK_KEYS, new CheckKeys(keys.checks())));
  }

  private Future<Stored> load() {
    return bus.call(StorageRoutes.LOAD, new LoadStored());
  }

  private Future<Ready> open(SchemaBook book, Stored stored) {
    return vertx
        .executeBlocking(() -> plan(stored, book.resolve(stored.schemas())), false)
        .compose(
            plan -> {
              Ledger ledger =
                  new Ledger(
                      vertx,
                      bus,
                      new Memory(stored, plan.schemas()),
                      writes -> vertx.executeBlocking(() -> book.resolve(writes), false));
              Ready ready = new Ready(book, ledger);
              CommitChange change = plan.proposal().change();
              if (change.writes().isEmpty() && change.modelHash() == null) {
                return Future.succeededFuture(ready);
              }
              LOG.info(
                  stored.revision() == 0
                      ? "A new database: {} services begin with their defaults"
                      : "The schemas are others than before: {} services change",
                  change.writes().size());
              return ledger.commit(plan.proposal()).map(ready);
            });
  }

  /** What the schemas are, and the one change they ask for; it may be empty. */
  private record Plan(Map<String, CompiledSchema> schemas, Proposal proposal) {}

  /** Under the same schemas as before what is stored is what it was: it is not looked at again. */
  private Plan plan(Stored stored, Map<String, CompiledSchema> schemas) {
    String hash = ModelHash.of(schemas.values());
    boolean same = hash.equals(stored.modelHash());
    boolean fresh =
        stored.revision() == 0 && stored.services().isEmpty() && stored.tombstones().isEmpty();
    List<ServiceWrite> writes = new ArrayList<>();
    List<String> breaks = new ArrayList<>();
    Set<String> known = new TreeSet<>();
    for (StoredService service : stored.services()) {
      known.add(service.service());
      if (!same) {
        evolve(service, schemas, writes, breaks);
      }
    }
    if (!breaks.isEmpty()) {
      throw BusFailure.of(
          FailureCode.CONFLICT,
          "what is stored no longer fits the schemas:\n  " + String.join("\n  ", breaks));
    }
    stored.tombstones().forEach(tombstone -> known.add(tombstone.service()));
    Map<String, CompiledSchema> shapes = new HashMap<>();
    schemas.forEach(
        (name, schema) -> {
          if (!known.contains(name) && schema.seedable()) {
            writes.add(Writes.create(schema, Values.of(schema.defaults()), List.of()));
          }
        });
    writes.forEach(write -> shapes.put(write.service(), schemas.get(write.service())));
    CommitChange change =
        new CommitChange(
            writes,
            List.of(),
            same ? null : hash,
            "system",
            fresh ? "defaults" : "schema",
            clock.instant().truncatedTo(ChronoUnit.MICROS));
    return new Plan(schemas, new Proposal(change, shapes));
  }

  private static void evolve(
      StoredService service,
      Map<String, CompiledSchema> schemas,
      List<ServiceWrite> writes,
      List<String> breaks) {
    CompiledSchema schema = schemas.get(service.service());
    if (schema == null) {
      breaks.add(
          service.service()
              + ": there is no schema (expected: its schema file, where it was before)");
      return;
    }
    SchemaEvolution.Outcome outcome =
        SchemaEvolution.evolve(service.stored(), service.setKeys(), schema);
    for (FieldError error : outcome.breaks()) {
      breaks.add(service.service() + ": " + error.message());
    }
    if (outcome.breaks().isEmpty()
        && !outcome.values().canonical().equals(service.stored().canonical())) {
      writes.add(
          Writes.reshape(
              schema,
              service.version(),
              service.stored(),
              outcome.values(),
              outcome.differences()));
    }
  }
}
