package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.Keys;
import dev.holdfast.messages.crypto.SignedUpdate;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.DeleteService;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.settings.HistoryPage;
import dev.holdfast.messages.settings.PatchConfig;
import dev.holdfast.messages.settings.PutConfig;
import dev.holdfast.messages.settings.Schemas;
import dev.holdfast.messages.settings.SearchHit;
import dev.holdfast.messages.settings.SearchPage;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.State;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Stands in for the other rooms: keeps versions like them, and remembers what it was asked. */
final class Rooms {
  static final HealthReport HEALTHY =
      new HealthReport(
          true, "healthy", "normal", Fixtures.EPOCH, 1, true, "disabled", null, null, null);

  final Bus bus;
  final BlockingQueue<Object> asked = new LinkedBlockingQueue<>();
  final BlockingQueue<AccessEntry> denied = new LinkedBlockingQueue<>();
  volatile BusFailure failing;
  volatile boolean silent;
  private final Map<String, ServiceSnapshot> services = new TreeMap<>();
  private final Map<String, Tombstone> tombstones = new TreeMap<>();
  private long revision = 10;

  Rooms(Vertx vertx) {
    bus = new Bus(vertx);
    set(Fixtures.stt(3, 7, 0.5));
    set(
        Fixtures.snapshot(
            Fixtures.untyped("free-form"), 2, 9, Map.of("a", 1L, "b", "x", "c", true)));
    bus.serve(SettingsRoutes.STATE, question -> Future.succeededFuture(state()));
    bus.serve(SettingsRoutes.PUT, this::put);
    bus.serve(SettingsRoutes.PATCH, this::patch);
    bus.serve(SettingsRoutes.DELETE, this::delete);
    bus.serve(
        SettingsRoutes.RESTORE,
        question -> {
          asked.add(question);
          return change(question.service(), Map.of("vad_threshold", 0.25), false);
        });
    bus.serve(
        SettingsRoutes.SEARCH,
        question -> {
          asked.add(question);
          return Future.succeededFuture(
              new SearchPage(
                  List.of(
                      new SearchHit(
                          "stt-worker",
                          "vad_threshold",
                          0.5,
                          FieldType.FLOAT,
                          Complexity.ADVANCED,
                          "How sure",
                          1.0)),
                  1));
        });
    bus.serve(
        SettingsRoutes.HISTORY,
        question -> {
          asked.add(question);
          return Future.succeededFuture(
              new HistoryPage(
                  List.of(
                      new HistoryEntry(
                          5,
                          "stt-worker",
                          "vad_threshold",
                          null,
                          0.5,
                          Fixtures.AT,
                          "ops",
                          "because"))));
        });
    bus.serve(
        SettingsRoutes.SCHEMAS,
        question ->
            Future.succeededFuture(
                new Schemas(
                    4, "ab".repeat(32), List.of(Fixtures.untyped("free-form"), Fixtures.STT))));
    bus.serve(
        SettingsRoutes.PUT_SCHEMA,
        question -> {
          asked.add(question);
          return change(question.service(), Map.of("fresh", true), false);
        });
    bus.serve(HealthRoutes.GET, question -> Future.succeededFuture(HEALTHY));
    bus.serve(
        CryptoRoutes.KEYS,
        question ->
            Future.succeededFuture(
                new Keys(
                    List.of(new Keys.PublicKey("0123", "-----BEGIN", true, null)),
                    Map.of(),
                    "m-1",
                    null,
                    "h-1",
                    null)));
    bus.serve(
        CryptoRoutes.SIGN_UPDATE,
        question ->
            Future.succeededFuture(
                new SignedUpdate(
                    question.service(),
                    question.version(),
                    question.epoch(),
                    "{\"service\":\"" + question.service() + "\"}")));
    bus.subscribe(StorageRoutes.ACCESS, denied::add);
  }

  /** A change by somebody else, announced. */
  void announce(ServiceSnapshot snapshot) {
    keepQuiet(snapshot);
    bus.publish(
        SettingsRoutes.CHANGED,
        new ConfigChanged(snapshot.revision(), Fixtures.EPOCH, 1, List.of(snapshot), List.of()));
  }

  /** A change by somebody else whose announcement is lost. */
  synchronized void keepQuiet(ServiceSnapshot snapshot) {
    set(snapshot);
    revision = snapshot.revision();
  }

  private synchronized State state() {
    return new State(
        revision,
        Fixtures.EPOCH,
        1,
        List.copyOf(services.values()),
        List.copyOf(tombstones.values()));
  }

  private void set(ServiceSnapshot snapshot) {
    services.put(snapshot.service(), snapshot);
  }

  private Future<ChangeResult> put(PutConfig question) {
    asked.add(question);
    return versioned(question.service(), question.expectedVersion())
        .compose(ok -> change(question.service(), question.config(), question.dryRun()));
  }

  private Future<ChangeResult> patch(PatchConfig question) {
    asked.add(question);
    return versioned(question.service(), question.expectedVersion())
        .compose(ok -> change(question.service(), question.patch(), question.dryRun()));
  }

  private synchronized Future<ChangeResult> delete(DeleteService question) {
    asked.add(question);
    return versioned(question.service(), question.expectedVersion())
        .map(
            ok -> {
              ServiceSnapshot gone = services.remove(question.service());
              Tombstone tombstone =
                  new Tombstone(
                      gone.service(), gone.version() + 1, ++revision, Fixtures.EPOCH, Fixtures.AT);
              tombstones.put(gone.service(), tombstone);
              return result(
                  tombstone.version(),
                  List.of(),
                  new ConfigChanged(revision, Fixtures.EPOCH, 1, List.of(), List.of(tombstone)));
            });
  }

  private synchronized Future<Void> versioned(String service, long expected) {
    if (failing != null) {
      return Future.failedFuture(failing);
    }
    ServiceSnapshot now = services.get(service);
    long version = now == null ? 0 : now.version();
    if (now == null && expected > 0) {
      return Future.failedFuture(BusFailure.of(FailureCode.NOT_FOUND, service + ": not there"));
    }
    return version == expected
        ? Future.succeededFuture()
        : Future.failedFuture(BusFailure.stale(service, expected, version));
  }

  private synchronized Future<ChangeResult> change(
      String service, Map<String, Object> settings, boolean dryRun) {
    if (failing != null) {
      return Future.failedFuture(failing);
    }
    ServiceSnapshot now = services.get(service);
    long version = now == null ? 0 : now.version();
    List<Difference> differences =
        settings.keySet().stream()
            .sorted()
            .map(key -> new Difference(key, null, settings.get(key)))
            .toList();
    if (dryRun) {
      return Future.succeededFuture(
          result(version, differences, ConfigChanged.nothing(Fixtures.EPOCH, 1)));
    }
    ServiceSnapshot made =
        Fixtures.snapshot(
            now == null ? Fixtures.untyped(service) : now.schema(),
            version + 1,
            ++revision,
            new HashMap<>(settings));
    set(made);
    return Future.succeededFuture(
        result(
            made.version(),
            differences,
            new ConfigChanged(revision, Fixtures.EPOCH, 1, List.of(made), List.of())));
  }

  private ChangeResult result(long version, List<Difference> differences, ConfigChanged event) {
    if (event.revision() > 0 && !silent) {
      bus.publish(SettingsRoutes.CHANGED, event);
    }
    return new ChangeResult(version, Fixtures.EPOCH, revision, "done", differences, event);
  }
}
