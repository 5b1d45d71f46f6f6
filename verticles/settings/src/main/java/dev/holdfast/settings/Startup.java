package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.GetKeys;
import dev.holdfast.messages.crypto.Keys;
import dev.holdfast.messages.storage.CheckKeys;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.LoadStored;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.settings.SettingsVerticle.SchemaFile;
import dev.holdfast.settings.Writes.Author;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final Secrets secrets;

  Startup(Vertx vertx, Bus bus, Clock clock, Secrets secrets) {
    this.vertx = vertx;
    this.bus = bus;
    this.clock = clock;
    this.secrets = secrets;
  }

  /**
   * What the start came to.
   *
   * @param book the schemas of the files
   * @param ledger the way to change anything
   * @param keys the ids of the keys
   */
  record Ready(SchemaBook book, Ledger ledger, Keys keys) {}

  /** The schemas of the files, and what the environment holds of their services. */
  private record Files(SchemaBook book, Environment environment) {}

  /**
   * Fails with {@code IllegalArgumentException} for schemas or environment variables with faults,
   * {@code CONFLICT} for other key bytes than known and for stored settings that no longer fit,
   * else as storage does.
   */
  Future<Ready> run(List<SchemaFile> files, Map<String, String> variables) {
    return vertx
        .executeBlocking(
            () -> {
              SchemaBook book = SchemaBook.compile(files);
              return new Files(book, Environment.read(variables, book.ofFiles()));
            },
            false)
        .compose(read -> checkKeys().compose(keys -> load(read, keys)));
  }

  private Future<Keys> checkKeys() {
    return bus.call(CryptoRoutes.KEYS, new GetKeys())
        .compose(
            keys ->
                bus.call(StorageRoutes.CHECK_KEYS, new CheckKeys(keys.checks()))
                    .map(checked -> keys));
  }

  private Future<Ready> load(Files files, Keys keys) {
    return bus.call(StorageRoutes.LOAD, new LoadStored())
        .compose(
            stored ->
                new Fingerprints(bus)
                    .changed(files.environment(), stored.services())
                    .compose(changed -> open(files, keys, stored, changed)));
  }

  private Future<Ready> open(Files files, Keys keys, Stored stored, Set<String> changed) {
    SchemaBook book = files.book();
    return vertx
        .executeBlocking(
            () -> plan(stored, book.resolve(stored.schemas()), files.environment(), changed), false)
        .compose(
            plan -> {
              Memory memory = new Memory(stored, plan.schemas(), files.environment());
              Ledger ledger =
                  new Ledger(
                      vertx,
                      bus,
                      memory,
                      writes -> vertx.executeBlocking(() -> book.resolve(writes), false));
              Ready ready = new Ready(book, ledger, keys);
              return plan.seal(secrets).compose(writes -> commit(ready, stored, plan, writes));
            });
  }

  private Future<Ready> commit(Ready ready, Stored stored, Plan plan, List<ServiceWrite> writes) {
    if (writes.isEmpty() && plan.modelHash() == null) {
      return Future.succeededFuture(ready);
    }
    boolean fresh = stored.revision() == 0 && stored.services().isEmpty();
    String reason = fresh ? "defaults" : plan.modelHash() != null ? "schema" : "environment";
    LOG.info(
        fresh
            ? "A new database: {} services begin with their defaults"
            : "Schemas or environment are others than before: {} services change",
        writes.size());
    Map<String, CompiledSchema> shapes = new HashMap<>(plan.schemas());
    shapes.keySet().retainAll(writes.stream().map(ServiceWrite::service).toList());
    CommitChange change =
        Writes.commit(
            clock, writes, List.of(), plan.modelHash(), new Author("system", reason), "start");
    return ready.ledger().commit(new Proposal(change, shapes)).map(ready);
  }

  /** Under the same schemas as before what is stored is what it was: it is not looked at again. */
  private static Plan plan(
      Stored stored,
      Map<String, CompiledSchema> schemas,
      Environment environment,
      Set<String> environmentChanged) {
    String hash = ModelHash.of(schemas.values());
    Plan plan = new Plan(schemas, environment, hash.equals(stored.modelHash()) ? null : hash);
    for (StoredService service : stored.services()) {
      plan.keep(service, environmentChanged.contains(service.service()));
    }
    stored.tombstones().forEach(tombstone -> plan.known(tombstone.service()));
    plan.seed();
    return plan;
  }
}
