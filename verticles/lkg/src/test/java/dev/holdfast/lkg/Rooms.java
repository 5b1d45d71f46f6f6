package dev.holdfast.lkg;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.Codecs;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.HmacComputed;
import dev.holdfast.messages.crypto.HmacVerified;
import dev.holdfast.messages.lkg.LkgState;
import dev.holdfast.messages.lkg.LkgTopics;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.SecretsResealed;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.SettingsStanding;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Stands in for the crypto and the settings room and hears what the last-known-good room says. */
final class Rooms {
  static final String EPOCH = "7f8b5a4e-3f0f-4d52-9a41-6f3c0a9f6c11";
  static final String KEY_ID = "0b0c8c1e-9a57-4f5e-8f37-3c1d6f6f2a10";

  final List<LkgState> heard = new CopyOnWriteArrayList<>();
  final AtomicReference<Promise<Void>> gate = new AtomicReference<>();
  final AtomicReference<FailureCode> hmacFails = new AtomicReference<>();
  volatile String hmacKeyId = KEY_ID;
  private final Bus bus;
  private final TreeMap<String, ServiceSnapshot> services = new TreeMap<>();
  private String epoch = EPOCH;
  private long revision;

  Rooms(Vertx vertx) {
    Codecs.register(vertx);
    bus = new Bus(vertx);
    bus.subscribe(LkgTopics.STATE, heard::add);
    bus.serve(SettingsRoutes.STATE, it -> Future.succeededFuture(state()));
    bus.serve(
        CryptoRoutes.VERIFY_HMAC,
        it -> Future.succeededFuture(verified(hmac(it.text()).equals(it.hex()))));
    bus.serve(
        CryptoRoutes.HMAC,
        it -> {
          FailureCode code = hmacFails.get();
          if (code != null && !it.text().isEmpty()) {
            return Future.failedFuture(BusFailure.of(code, "stand-in"));
          }
          Promise<Void> closed = it.text().isEmpty() ? null : gate.get();
          Future<Void> open = closed == null ? Future.succeededFuture() : closed.future();
          return open.map(done -> new HmacComputed(hmac(it.text()), hmacKeyId));
        });
  }

  synchronized State state() {
    return new State(revision, epoch, 1, new ArrayList<>(services.values()), List.of());
  }

  /** The settings are those of the database from now on. */
  void adopt() {
    standing(SettingsStanding.ADOPTED);
  }

  void standing(SettingsStanding standing) {
    bus.publish(SettingsRoutes.STANDING, standing);
  }

  /** Another database, at another revision. */
  synchronized void become(String otherEpoch, long otherRevision) {
    epoch = otherEpoch;
    revision = otherRevision;
  }

  synchronized void set(String service, String key, Object value) {
    bus.publish(SettingsRoutes.CHANGED, commit(service, key, value));
  }

  /** A change of which nobody hears. */
  synchronized void setSilently(String service, String key, Object value) {
    commit(service, key, value);
  }

  /** Puts a seal on a secret, with a version or without. */
  synchronized void seal(String service, String key, Sealed secret) {
    ServiceSnapshot before = services.get(service);
    ServiceSnapshot after =
        new ServiceSnapshot(
            service,
            before.version(),
            before.revision(),
            epoch,
            before.updatedAt(),
            before.updatedBy(),
            before.effective(),
            before.setKeys(),
            before.schema(),
            Set.of(),
            Map.of(key, secret));
    services.put(service, after);
    bus.publish(SettingsRoutes.RESEALED, new SecretsResealed(epoch, List.of(after)));
  }

  synchronized void delete(String service) {
    services.remove(service);
    revision++;
    Tombstone tombstone = new Tombstone(service, 9, revision, epoch, Instant.EPOCH);
    bus.publish(
        SettingsRoutes.CHANGED,
        new ConfigChanged(revision, epoch, 1, List.of(), List.of(tombstone)));
  }

  private ConfigChanged commit(String service, String key, Object value) {
    revision++;
    ServiceSnapshot before = services.get(service);
    Map<String, Object> values =
        before == null ? new TreeMap<>() : new TreeMap<>(before.effective().map());
    values.put(key, value);
    ServiceSnapshot snapshot =
        new ServiceSnapshot(
            service,
            before == null ? 1 : before.version() + 1,
            revision,
            epoch,
            Instant.EPOCH,
            "test",
            Values.of(values),
            Set.of(),
            new ServiceSchema(service, SchemaOrigin.UNTYPED, "{}", List.of()));
    services.put(service, snapshot);
    return new ConfigChanged(revision, epoch, 1, List.of(snapshot), List.of());
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
