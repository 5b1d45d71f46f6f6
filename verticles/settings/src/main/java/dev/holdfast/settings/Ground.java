package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.crypto.Keys;
import dev.holdfast.messages.health.AdmitDatabase;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.lkg.LkgRoutes;
import dev.holdfast.messages.lkg.ReadLkg;
import dev.holdfast.messages.settings.ReopenSettings;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.SettingsStanding;
import dev.holdfast.messages.settings.SettingsStanding.Basis;
import dev.holdfast.messages.storage.CheckKeys;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.LoadStored;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.settings.Writes.Author;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the settings that are served rest on: the database where it works, is the right one and fits
 * the schemas; else the last-known-good file; else the environment and the defaults. Lives on the
 * event loop.
 */
final class Ground {
  private static final Logger LOG = LoggerFactory.getLogger(Ground.class);

  private final Vertx vertx;
  private final Bus bus;
  private final Clock clock;
  private final Secrets secrets;
  private final Shapes shapes;
  private final Keys keys;
  private final Memory memory;
  private final Ledger ledger;
  private SettingsStanding standing =
      new SettingsStanding(Basis.DEFAULT, false, "the manager is starting", List.of());
  private Consumer<SettingsStanding> listener = now -> {};

  Ground(Vertx vertx, Bus bus, Clock clock, Secrets secrets, Shapes shapes, Keys keys) {
    this.vertx = vertx;
    this.bus = bus;
    this.clock = clock;
    this.secrets = secrets;
    this.shapes = shapes;
    this.keys = keys;
    this.memory = new Memory(shapes.environment());
    this.ledger =
        new Ledger(
            vertx,
            bus,
            memory,
            writes -> vertx.executeBlocking(() -> shapes.book().resolve(writes), false));
  }

  Ledger ledger() {
    return ledger;
  }

  Memory memory() {
    return memory;
  }

  /** From now on this hears the standing, the present one at once. */
  void onStanding(Consumer<SettingsStanding> newListener) {
    listener = newListener;
    newListener.accept(standing);
  }

  /**
   * Takes what there is. Fails {@code CONFLICT} for other key bytes than the database knows, and
   * for defects.
   */
  Future<Void> start() {
    return database()
        .recover(
            failure ->
                isOfStorage(failure)
                    ? lastKnownGood(String.valueOf(failure.getMessage()))
                    : Future.failedFuture(failure));
  }

  /** The database works: takes it over where that is not done, or where it is further. */
  Future<SettingsStanding> reopen(ReopenSettings question) {
    boolean same =
        standing.adopted()
            && question.epoch().equals(memory.epoch())
            && question.revision() <= memory.revision();
    return same
        ? Future.succeededFuture(standing)
        : database()
            .otherwise(
                failure -> {
                  stand(standing.basis(), String.valueOf(failure.getMessage()), standing.breaks());
                  return null;
                })
            .map(done -> standing);
  }

  /** Takes over a database that was made anew. Fails where that cannot be. */
  Future<Void> takeOver() {
    return database();
  }

  private Future<Void> database() {
    return bus.call(StorageRoutes.CHECK_KEYS, new CheckKeys(keys.checks()))
        .compose(checked -> bus.call(StorageRoutes.LOAD, new LoadStored()))
        .compose(
            stored ->
                bus.call(
                        HealthRoutes.ADMIT,
                        new AdmitDatabase(stored.epoch(), stored.revision(), false))
                    .compose(
                        admitted ->
                            admitted.fault() == null
                                ? open(stored)
                                : refused(stored, admitted.fault())));
  }

  /** Another database than before: shown where there is nothing better, and never written. */
  private Future<Void> refused(Stored stored, String fault) {
    boolean better = !memory.epoch().isEmpty() && standing.basis() != Basis.DEFAULT;
    if (better) {
      stand(standing.basis(), fault, List.of());
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(() -> Substitute.schemas(shapes, stored), false)
        .map(
            schemas -> {
              adopt(stored, schemas, shapes.environment());
              stand(Basis.DATABASE, fault, List.of());
              return null;
            });
  }

  private Future<Void> open(Stored stored) {
    return new Fingerprints(bus)
        .changed(shapes.environment(), stored.services())
        .compose(changed -> vertx.executeBlocking(() -> Plan.of(shapes, stored, changed), false))
        .compose(plan -> plan.breaks().isEmpty() ? follow(stored, plan) : mismatch(stored, plan));
  }

  private Future<Void> mismatch(Stored stored, Plan plan) {
    return vertx
        .executeBlocking(() -> Substitute.schemas(shapes, stored), false)
        .map(
            schemas -> {
              adopt(stored, schemas, shapes.environment());
              String first = plan.breaks().get(0);
              int others = plan.breaks().size() - 1;
              stand(
                  Basis.DATABASE,
                  "what is stored no longer fits the schemas: "
                      + first
                      + (others == 0 ? "" : " and " + others + " more"),
                  plan.breaks());
              return null;
            });
  }

  private Future<Void> follow(Stored stored, Plan plan) {
    adopt(stored, plan.schemas(), shapes.environment());
    return plan.seal(secrets)
        .compose(writes -> commit(stored, plan, writes))
        .<Void>map(
            done -> {
              standing = SettingsStanding.ADOPTED;
              listener.accept(standing);
              return null;
            })
        .recover(
            failure -> {
              if (!isOfStorage(failure)) {
                return Future.failedFuture(failure);
              }
              stand(Basis.DATABASE, String.valueOf(failure.getMessage()), List.of());
              return Future.succeededFuture();
            });
  }

  private Future<?> commit(Stored stored, Plan plan, List<ServiceWrite> writes) {
    if (writes.isEmpty() && plan.modelHash() == null) {
      return Future.succeededFuture();
    }
    boolean fresh = stored.revision() == 0 && stored.services().isEmpty();
    String reason = fresh ? "defaults" : plan.modelHash() != null ? "schema" : "environment";
    LOG.info(
        fresh
            ? "A new database: {} services begin with their defaults"
            : "Schemas or environment are others than before: {} services change",
        writes.size());
    Map<String, CompiledSchema> written = new HashMap<>(plan.schemas());
    written.keySet().retainAll(writes.stream().map(ServiceWrite::service).toList());
    CommitChange change =
        Writes.commit(
            clock, writes, List.of(), plan.modelHash(), new Author("system", reason), "start");
    return ledger.commit(new Proposal(change, written));
  }

  private Future<Void> lastKnownGood(String fault) {
    return content()
        .compose(
            content ->
                vertx.executeBlocking(
                    () -> {
                      Stored stored = Substitute.stored(content);
                      return new Substitute(
                          stored,
                          Substitute.schemas(shapes, stored),
                          shapes.environment().remembering(content));
                    },
                    false))
        .map(
            substitute -> {
              LOG.warn(
                  "The database does not work, so the last-known-good file of revision {} is"
                      + " served, read-only",
                  substitute.stored().revision());
              adopt(substitute.stored(), substitute.schemas(), substitute.environment());
              stand(Basis.LKG, fault, List.of());
              return (Void) null;
            })
        .recover(
            failure ->
                vertx
                    .executeBlocking(() -> Substitute.defaults(shapes, clock), false)
                    .map(
                        substitute -> {
                          LOG.error(
                              "The database does not work and {}: only environment values and"
                                  + " defaults are served, read-only",
                              failure.getMessage());
                          adopt(
                              substitute.stored(), substitute.schemas(), substitute.environment());
                          stand(Basis.DEFAULT, fault + "; " + failure.getMessage(), List.of());
                          return null;
                        }));
  }

  /** What the last-known-good file holds, where it is not older than what is recorded of it. */
  Future<LkgContent> content() {
    return bus.call(LkgRoutes.READ, new ReadLkg())
        .compose(
            content ->
                bus.call(
                        HealthRoutes.ADMIT,
                        new AdmitDatabase(content.epoch(), content.revision(), true))
                    .compose(
                        admitted ->
                            admitted.fault() == null
                                ? Future.succeededFuture(content)
                                : Future.failedFuture(
                                    BusFailure.of(FailureCode.NOT_FOUND, admitted.fault()))));
  }

  /** Where memory holds something already, everybody else is told of what is other. */
  private void adopt(Stored stored, Map<String, CompiledSchema> schemas, Environment environment) {
    String epoch = memory.epoch();
    long revision = memory.revision();
    memory.adopt(stored, schemas, environment);
    if (!epoch.isEmpty() && !epoch.equals(stored.epoch())) {
      bus.publish(SettingsRoutes.CHANGED, memory.since(-1));
    } else if (!epoch.isEmpty() && stored.revision() > revision) {
      bus.publish(SettingsRoutes.CHANGED, memory.since(revision));
    }
  }

  private void stand(Basis basis, String err, List<String> breaks) {
    SettingsStanding now = new SettingsStanding(basis, false, err, breaks);
    if (!now.equals(standing)) {
      standing = now;
      listener.accept(now);
    }
  }

  SettingsStanding standing() {
    return standing;
  }

  private static boolean isOfStorage(Throwable failure) {
    return failure instanceof BusFailure typed
        && (typed.code().ofStorage() || typed.code() == FailureCode.UNAVAILABLE);
  }
}
