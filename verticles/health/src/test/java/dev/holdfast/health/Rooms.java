package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.Codecs;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.HmacComputed;
import dev.holdfast.messages.crypto.HmacVerified;
import dev.holdfast.messages.health.AdmitDatabase;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.lkg.LkgRoutes;
import dev.holdfast.messages.lkg.LkgState;
import dev.holdfast.messages.lkg.LkgTopics;
import dev.holdfast.messages.mqtt.BrokerState;
import dev.holdfast.messages.mqtt.MqttTopics;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.RebuildSettings;
import dev.holdfast.messages.settings.SecretsStatus;
import dev.holdfast.messages.settings.SecretsStatus.SecretFault;
import dev.holdfast.messages.settings.SettingsRebuilt;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.SettingsStanding;
import dev.holdfast.messages.settings.State;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditChecked;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.Done;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.StorageTrouble;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Stands in for every other room and hears what the health room says. */
final class Rooms {
  static final String EPOCH = "7f8b5a4e-3f0f-4d52-9a41-6f3c0a9f6c11";

  final List<HealthReport> heard = new CopyOnWriteArrayList<>();
  final AtomicInteger probes = new AtomicInteger();
  final AtomicInteger written = new AtomicInteger();
  volatile String epoch = EPOCH;
  final AtomicLong revision = new AtomicLong(5);
  volatile FailureCode probeFails;
  private final Bus bus;

  Rooms(Vertx vertx) {
    Codecs.register(vertx);
    bus = new Bus(vertx);
    bus.subscribe(HealthRoutes.CHANGED, heard::add);
    bus.serve(
        SettingsRoutes.STATE,
        it -> Future.succeededFuture(new State(revision.get(), epoch, 2, List.of(), List.of())));
    bus.serve(
        StorageRoutes.PROBE,
        it -> {
          probes.incrementAndGet();
          FailureCode code = probeFails;
          return code == null
              ? Future.succeededFuture(new StorageProbed(epoch, revision.get()))
              : Future.failedFuture(BusFailure.of(code, "stand-in"));
        });
    bus.serve(
        SettingsRoutes.REOPEN,
        it -> {
          reopened.incrementAndGet();
          return Future.succeededFuture(standing);
        });
    bus.serve(
        StorageRoutes.CHECK,
        it -> {
          checks.incrementAndGet();
          FailureCode code = checkFails;
          return code == null
              ? Future.succeededFuture(new Done())
              : Future.failedFuture(BusFailure.of(code, "a page is bad"));
        });
    bus.serve(
        SettingsRoutes.REBUILD,
        it -> {
          rebuilds.add(it);
          return rebuild.get();
        });
    bus.serve(
        LkgRoutes.READ,
        it -> {
          LkgContent content = cache;
          return content == null
              ? Future.failedFuture(BusFailure.of(FailureCode.NOT_FOUND, "no file"))
              : Future.succeededFuture(content);
        });
    bus.serve(SettingsRoutes.SECRETS_STATUS, it -> Future.succeededFuture(secretsStatus));
    bus.serve(StorageRoutes.CHECK_AUDIT, it -> Future.succeededFuture(audit));
    bus.subscribe(StorageRoutes.ACCESS, access::add);
    bus.serve(
        CryptoRoutes.HMAC,
        it -> {
          written.incrementAndGet();
          return Future.succeededFuture(new HmacComputed(hmac(it.text()), "key"));
        });
    bus.serve(
        CryptoRoutes.VERIFY_HMAC,
        it -> Future.succeededFuture(verified(hmac(it.text()).equals(it.hex()))));
  }

  /** What the access log is found to be. */
  volatile AuditChecked audit = new AuditChecked(new AuditHead(3, "03"), null);

  /** How the secrets stand when the room starts. */
  volatile SecretsStatus secretsStatus = status(List.of());

  final List<AccessEntry> access = new CopyOnWriteArrayList<>();

  volatile SettingsStanding standing = SettingsStanding.ADOPTED;
  volatile FailureCode checkFails;
  volatile LkgContent cache;
  final AtomicInteger reopened = new AtomicInteger();
  final AtomicInteger checks = new AtomicInteger();
  final List<RebuildSettings> rebuilds = new CopyOnWriteArrayList<>();
  volatile Supplier<Future<SettingsRebuilt>> rebuild =
      () -> Future.failedFuture(BusFailure.of(FailureCode.STORAGE_FULL, "full"));

  /** What the settings rest on from now on. */
  void stand(SettingsStanding now) {
    standing = now;
    bus.publish(SettingsRoutes.STANDING, now);
  }

  void trouble(FailureCode code, boolean reading) {
    bus.publish(StorageRoutes.TROUBLE, new StorageTrouble(code, "stand-in", reading));
  }

  String admit(String itsEpoch, long itsRevision, boolean isCache) throws Exception {
    return bus.call(HealthRoutes.ADMIT, new AdmitDatabase(itsEpoch, itsRevision, isCache))
        .toCompletionStage()
        .toCompletableFuture()
        .get(5, TimeUnit.SECONDS)
        .fault();
  }

  void grow(long id) {
    bus.publish(StorageRoutes.AUDIT_HEAD, new AuditHead(id, "%02x".formatted(id)));
  }

  void secrets(List<SecretFault> faults) {
    bus.publish(SettingsRoutes.SECRETS_CHANGED, status(faults));
  }

  static SecretsStatus status(List<SecretFault> faults) {
    return new SecretsStatus(
        SecretsStatus.Rotation.NONE, "k-1", null, 5, 0, false, null, null, faults);
  }

  void commit() {
    bus.publish(
        SettingsRoutes.CHANGED,
        new ConfigChanged(revision.incrementAndGet(), epoch, 2, List.of(), List.of()));
  }

  void cached(long atRevision) {
    bus.publish(LkgTopics.STATE, new LkgState(true, epoch, atRevision, Instant.EPOCH, null));
  }

  void broker(String fault) {
    bus.publish(MqttTopics.STATE, new BrokerState(fault == null, false, fault));
  }

  /** What a start makes of the epoch file there. */
  static Admission admission(Vertx vertx, Path path) throws Exception {
    Bus bus = new Bus(vertx);
    EpochStore store = new EpochStore(vertx, bus, path);
    EpochFile found = null;
    String refused = null;
    try {
      found = store.read().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      refused = e.getCause().getMessage();
    }
    EpochKeeper keeper = new EpochKeeper(vertx, store, Clock.systemUTC(), found);
    return new Admission(bus, path, new Conditions(), keeper, refused);
  }

  static String hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HmacVerified verified(boolean valid) {
    return new HmacVerified(valid, valid ? "key-1" : null);
  }
}
