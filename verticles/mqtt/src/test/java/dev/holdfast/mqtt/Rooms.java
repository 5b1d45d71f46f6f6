package dev.holdfast.mqtt;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.Codecs;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.SignUpdate;
import dev.holdfast.messages.crypto.SignedUpdate;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.mqtt.BrokerState;
import dev.holdfast.messages.mqtt.MqttTopics;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Stands in for the rooms around this one. */
final class Rooms {
  static final String EPOCH = "5d0c3d1e-4f5b-4f7e-9d53-2f3c9e1f6a10";

  final Bus bus;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final List<BrokerState> states = new CopyOnWriteArrayList<>();
  final List<SignUpdate> asked = new CopyOnWriteArrayList<>();
  private final Vertx vertx;
  private final Map<String, ServiceSnapshot> services = new TreeMap<>();
  private final Map<String, Tombstone> tombstones = new TreeMap<>();
  private long revision;
  private String epoch = EPOCH;
  private volatile @Nullable HealthReport health = report(true, null);
  private @Nullable String deployment;
  volatile boolean settingsReady = true;
  volatile boolean cryptoReady = true;

  Rooms(Vertx vertx) {
    this.vertx = vertx;
    Codecs.register(vertx);
    bus = new Bus(vertx);
    bus.subscribe(MqttTopics.STATE, states::add);
    bus.serve(
        SettingsRoutes.STATE,
        question -> settingsReady ? Future.succeededFuture(state()) : unavailable());
    bus.serve(
        HealthRoutes.GET,
        question -> {
          HealthReport report = health;
          return report == null ? unavailable() : Future.succeededFuture(report);
        });
    bus.serve(
        CryptoRoutes.SIGN_UPDATE,
        question -> {
          asked.add(question);
          if (!cryptoReady) {
            return unavailable();
          }
          return Future.succeededFuture(
              new SignedUpdate(
                  question.service(), question.version(), question.epoch(), payload(question)));
        });
  }

  private static <T> Future<T> unavailable() {
    return Future.failedFuture(BusFailure.of(FailureCode.UNAVAILABLE, "not yet"));
  }

  /** What the stub of the crypto room answers. */
  static String payload(SignUpdate question) {
    return payload(question.service(), question.version(), question.config());
  }

  static String payload(String service, long version, String config) {
    return "{\"service\":\"%s\",\"config\":%s,\"version\":%d}".formatted(service, config, version);
  }

  static HealthReport report(boolean ok, @Nullable String event) {
    return new HealthReport(ok, "healthy", "normal", EPOCH, 1, true, "disabled", null, event, null);
  }

  static ServiceSnapshot snapshot(String service, long version, long revision, long value) {
    return new ServiceSnapshot(
        service,
        version,
        revision,
        EPOCH,
        Instant.EPOCH,
        "test",
        Values.of(Map.of("value", value)),
        Set.of("value"),
        new ServiceSchema(service, SchemaOrigin.UNTYPED, "{}", List.of()));
  }

  /** Changes a service as the settings room would, and gives the payload to expect. */
  synchronized String put(String service, long value) {
    ServiceSnapshot snapshot = store(service, value);
    bus.publish(
        SettingsRoutes.CHANGED,
        new ConfigChanged(revision, EPOCH, 1, List.of(snapshot), List.of()));
    return payload(service, snapshot.version(), snapshot.effective().canonical());
  }

  /** Changes a service without a word. */
  synchronized ServiceSnapshot store(String service, long value) {
    revision++;
    long version = services.containsKey(service) ? services.get(service).version() + 1 : 1;
    ServiceSnapshot snapshot = snapshot(service, version, revision, value);
    services.put(service, snapshot);
    return snapshot;
  }

  synchronized void delete(String service) {
    revision++;
    long version = services.remove(service).version() + 1;
    Tombstone tombstone = new Tombstone(service, version, revision, EPOCH, Instant.EPOCH);
    tombstones.put(service, tombstone);
    bus.publish(
        SettingsRoutes.CHANGED,
        new ConfigChanged(revision, EPOCH, 1, List.of(), List.of(tombstone)));
  }

  void health(HealthReport report) {
    health = report;
    bus.publish(HealthRoutes.CHANGED, report);
  }

  /** Begins another life of the database, with only this service. */
  synchronized void rebuild(String service, long value) {
    services.clear();
    tombstones.clear();
    revision = 1;
    epoch = "b3b1b2f6-0b43-4a1c-8a57-0d4bfa3c7a11";
    ServiceSnapshot snapshot = snapshot(service, 1, revision, value);
    snapshot =
        new ServiceSnapshot(
            service,
            1,
            revision,
            epoch,
            Instant.EPOCH,
            "test",
            snapshot.effective(),
            snapshot.setKeys(),
            snapshot.schema());
    services.put(service, snapshot);
    bus.publish(
        SettingsRoutes.CHANGED,
        new ConfigChanged(revision, epoch, 1, List.of(snapshot), List.of()));
  }

  void noHealthYet() {
    health = null;
  }

  void deploy(MqttVerticle.Options options) throws Exception {
    deployment = join(vertx.deployVerticle(new MqttVerticle(options, meters)));
  }

  void undeploy() throws Exception {
    String id = deployment;
    if (id != null) {
      deployment = null;
      join(vertx.undeploy(id));
    }
  }

  boolean connected() {
    return !states.isEmpty() && states.get(states.size() - 1).connected();
  }

  private synchronized State state() {
    return new State(
        revision,
        epoch,
        1,
        new ArrayList<>(services.values()),
        new ArrayList<>(tombstones.values()));
  }

  static <T> T join(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("not done within 20 s", e);
    }
  }
}
