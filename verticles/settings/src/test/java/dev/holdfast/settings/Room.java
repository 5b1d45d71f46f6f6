package dev.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.Codecs;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.Route;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.DeleteService;
import dev.holdfast.messages.settings.GetState;
import dev.holdfast.messages.settings.PatchConfig;
import dev.holdfast.messages.settings.PutConfig;
import dev.holdfast.messages.settings.PutSchema;
import dev.holdfast.messages.settings.RestoreHistory;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.SettingsStanding;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.Caller;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.settings.SettingsVerticle.SchemaFile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The deployed room over a fake storage, with calls that wait for their answer. */
final class Room {
  static final Caller ANN = new Caller("ann", null, "r-1");
  static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123456Z");

  /** A service with three settings and a secret. */
  static final String DEMO =
      """
      'level': {'type':'integer','minimum':0,'maximum':10,'default':3,'description':'Level'},
      'mode': {'enum':['a','b'],'default':'a'},
      'url': {'type':['string','null']},
      'token': {'type':'string','x-secret':true}
      """;

  final FakeStorage storage;
  final Vertx vertx;
  final Bus bus;
  final List<ConfigChanged> events = new CopyOnWriteArrayList<>();
  final List<SettingsStanding> standings = new CopyOnWriteArrayList<>();
  final Map<String, String> environment = new HashMap<>();
  Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

  Room(Vertx vertx) {
    this(vertx, new FakeStorage());
  }

  Room(Vertx vertx, FakeStorage storage) {
    this.vertx = vertx;
    this.storage = storage;
    Codecs.register(vertx);
    storage.serve(vertx);
    bus = new Bus(vertx);
    bus.subscribe(SettingsRoutes.CHANGED, events::add);
    bus.subscribe(SettingsRoutes.STANDING, standings::add);
  }

  static SchemaFile file(String service, String properties) {
    return file(service, SchemaOrigin.SHIPPED, properties);
  }

  static SchemaFile file(String service, SchemaOrigin origin, String properties) {
    String where = origin == SchemaOrigin.SHIPPED ? "schemas/" : "/etc/schemas/";
    return new SchemaFile(service, origin, where + service + ".json", Json.schema(properties));
  }

  Room start(SchemaFile... files) {
    await(deploy(files));
    return this;
  }

  Future<String> deploy(SchemaFile... files) {
    return vertx.deployVerticle(
        new SettingsVerticle(
            new SettingsVerticle.Options(List.of(files), environment, 60, 24),
            new SimpleMeterRegistry(),
            clock));
  }

  ChangeResult put(String service, long version, String config) {
    return call(SettingsRoutes.PUT, putting(service, version, config, false, false));
  }

  ChangeResult putUntyped(String service, long version, String config) {
    return call(SettingsRoutes.PUT, putting(service, version, config, true, false));
  }

  static PutConfig putting(
      String service, long version, String config, boolean untyped, boolean dryRun) {
    return new PutConfig(service, Json.map(config), version, untyped, dryRun, "why", ANN);
  }

  ChangeResult patch(String service, long version, String patch) {
    return call(
        SettingsRoutes.PATCH,
        new PatchConfig(service, Json.map(patch), version, false, "why", ANN));
  }

  ChangeResult delete(String service, long version) {
    return call(SettingsRoutes.DELETE, new DeleteService(service, version, null, ANN));
  }

  ChangeResult restore(String service, Long... ids) {
    return call(SettingsRoutes.RESTORE, new RestoreHistory(service, List.of(ids), ANN));
  }

  ChangeResult putSchema(String service, String properties) {
    return call(
        SettingsRoutes.PUT_SCHEMA, new PutSchema(service, Json.map(Json.schema(properties)), ANN));
  }

  State state() {
    return call(SettingsRoutes.STATE, new GetState());
  }

  ServiceSnapshot service(String name) {
    return state().services().stream()
        .filter(snapshot -> snapshot.service().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** What the settings rest on, as told last. */
  SettingsStanding standing() {
    eventually(() -> !standings.isEmpty());
    return standings.get(standings.size() - 1);
  }

  /** Waits until the last word is one of these. */
  void awaitStanding(Predicate<SettingsStanding> condition) {
    eventually(() -> !standings.isEmpty() && condition.test(standing()));
  }

  /** The event of a revision, as soon as it was heard. */
  ConfigChanged event(long revision) {
    eventually(() -> events.stream().anyMatch(event -> event.revision() == revision));
    return events.stream().filter(event -> event.revision() == revision).findFirst().orElseThrow();
  }

  /** The revisions heard of, in the order heard, once the last of them is. */
  List<Long> revisionsUpTo(long last) {
    event(last);
    List<Long> revisions = new ArrayList<>();
    events.forEach(event -> revisions.add(event.revision()));
    return revisions;
  }

  /** Waits until it is so, at most five seconds. */
  static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + 5_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(10_000_000);
    }
  }

  <Q, R> R call(Route<Q, R> route, Q question) {
    return await(bus.call(route, question));
  }

  /** The failure that an action ends with. */
  static BusFailure failure(Runnable action, FailureCode code) {
    try {
      action.run();
    } catch (BusFailure e) {
      assertThat(e.code()).as(e.detail()).isEqualTo(code);
      return e;
    }
    throw new AssertionError("no failure (expected: " + code + ")");
  }

  static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(10, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
