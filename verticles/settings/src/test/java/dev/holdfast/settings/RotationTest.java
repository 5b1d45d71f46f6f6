package dev.holdfast.settings;

import static dev.holdfast.settings.Room.ANN;
import static dev.holdfast.settings.Room.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.lkg.LkgState;
import dev.holdfast.messages.lkg.LkgTopics;
import dev.holdfast.messages.settings.GetSecretsStatus;
import dev.holdfast.messages.settings.PutSecret;
import dev.holdfast.messages.settings.ReadSecrets;
import dev.holdfast.messages.settings.SecretsResealed;
import dev.holdfast.messages.settings.SecretsStatus;
import dev.holdfast.messages.settings.SecretsStatus.SecretFault;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class RotationTest {
  private static final int SECRETS = 250;

  private final List<SecretsResealed> resealed = new CopyOnWriteArrayList<>();
  private Room room;
  private String properties;
  private String deployment;

  @BeforeEach
  void seed(Vertx vertx) {
    StringBuilder all = new StringBuilder("'level': {'type':'integer','default':3}");
    for (int i = 0; i < SECRETS; i++) {
      all.append(",'s").append(i).append("': {'type':'string','x-secret':true}");
    }
    properties = all.toString();
    room = new Room(vertx);
    room.bus.subscribe(SettingsRoutes.RESEALED, resealed::add);
    deployment = Room.await(room.deploy(Room.file("demo", properties)));
    Map<String, Sealed> secrets = new HashMap<>();
    for (int i = 0; i < SECRETS; i++) {
      secrets.put(
          "s" + i, room.storage.crypto.seal("demo", "s" + i, "value " + i, FakeCrypto.OLD_KEY));
    }
    room.storage.services.computeIfPresent(
        "demo", (name, service) -> FakeStorage.withSecrets(service, secrets));
  }

  private void restart(Vertx vertx) {
    Room.await(vertx.undeploy(deployment));
    deployment = Room.await(room.deploy(Room.file("demo", properties)));
  }

  @Test
  void start_withAnOldKey_sealsAllAnewWithoutAVersion(Vertx vertx) {
    room.storage.crypto.oldKey = FakeCrypto.OLD_KEY;
    restart(vertx);
    eventually(() -> status().waiting() == 0);
    assertThat(room.storage.services.get("demo").secrets().values())
        .extracting(Sealed::keyId)
        .containsOnly(FakeCrypto.KEY);
    assertThat(room.service("demo").version()).isEqualTo(1);
    assertThat(room.service("demo").secrets()).isEqualTo(storedSecrets());
    assertThat(read()).hasSize(SECRETS).containsEntry("s7", SecretValue.of("value 7"));
    eventually(() -> resealed.size() == 1);
    assertThat(status().rotation()).isEqualTo(SecretsStatus.Rotation.RUNNING);
  }

  @Test
  void oldKey_isSafeOnlyWhenTheCacheAndTheGraceTimeAreThrough(Vertx vertx) {
    room.storage.crypto.oldKey = FakeCrypto.OLD_KEY;
    restart(vertx);
    eventually(() -> status().waiting() == 0);
    cache(Set.of(FakeCrypto.OLD_KEY));
    eventually(() -> resealed.size() == 2);
    assertThat(status().cacheWaiting()).isTrue();
    assertThat(status().safeAt()).isNull();
    cache(Set.of(FakeCrypto.KEY));
    eventually(() -> status().safeAt() != null);
    assertThat(status().rotation()).isEqualTo(SecretsStatus.Rotation.GRACE);
    assertThat(status().safeAt()).isEqualTo(Room.NOW.plusSeconds(3600));
    assertThat(status().backupsUntil()).isEqualTo(Room.NOW.plusSeconds(24 * 3600));

    room.clock = java.time.Clock.fixed(Room.NOW.plusSeconds(3601), java.time.ZoneOffset.UTC);
    restart(vertx);
    cache(Set.of(FakeCrypto.KEY));
    eventually(() -> status().rotation() == SecretsStatus.Rotation.SAFE_TO_REMOVE);
    assertThat(status().safeAt()).isEqualTo(Room.NOW.plusSeconds(3600));
  }

  @Test
  void unknownKey_isAFaultOfThatSecretOnly(Vertx vertx) {
    restart(vertx);
    put("s1");
    eventually(() -> status().faults().size() == SECRETS - 1);
    assertThat(status().faults())
        .contains(new SecretFault("demo", "s0", FakeCrypto.OLD_KEY, "unknown-key"));
    assertThat(read()).containsOnlyKeys("s1");
    assertThat(room.put("demo", room.service("demo").version(), "{'level': 5}").message())
        .startsWith("changed");
  }

  @Test
  void unreadableUnderTheOldKey_leavesTheRotationStuck(Vertx vertx) {
    room.storage.crypto.oldKey = FakeCrypto.OLD_KEY;
    Map<String, Sealed> secrets = new HashMap<>(storedSecrets());
    secrets.put("s3", secrets.get("s4"));
    room.storage.services.computeIfPresent(
        "demo", (name, service) -> FakeStorage.withSecrets(service, secrets));
    restart(vertx);
    eventually(() -> status().rotation() == SecretsStatus.Rotation.STUCK);
    assertThat(status().waiting()).isEqualTo(1);
    assertThat(status().faults())
        .containsExactly(new SecretFault("demo", "s3", FakeCrypto.OLD_KEY, "does-not-open"));
    put("s5");
    assertThat(status().faults()).hasSize(1);
    put("s3");
    eventually(() -> status().faults().isEmpty() && status().waiting() == 0);
  }

  @Test
  void lostRow_isAFault(Vertx vertx) {
    put("s1");
    Map<String, Sealed> secrets = new HashMap<>(storedSecrets());
    secrets.remove("s1");
    room.storage.services.computeIfPresent(
        "demo", (name, service) -> FakeStorage.withSecrets(service, secrets));
    room.storage.crypto.oldKey = FakeCrypto.OLD_KEY;
    restart(vertx);
    eventually(() -> status().faults().contains(new SecretFault("demo", "s1", "", "lost")));
    put("s1");
    eventually(() -> status().faults().isEmpty());
  }

  @Test
  void storageAway_isTriedAgain(Vertx vertx) {
    room.storage.crypto.oldKey = FakeCrypto.OLD_KEY;
    room.storage.replaceFails = BusFailure.of(FailureCode.STORAGE_LOCKED, "locked");
    restart(vertx);
    assertThat(status().waiting()).isEqualTo(SECRETS);
    room.storage.replaceFails = null;
    eventually(() -> status().waiting() == 0);
  }

  private void put(String key) {
    room.call(
        SettingsRoutes.PUT_SECRET, new PutSecret("demo", key, SecretValue.of("new"), null, ANN));
  }

  private Map<String, Sealed> storedSecrets() {
    return room.storage.services.get("demo").secrets();
  }

  private Map<String, SecretValue> read() {
    return room.call(SettingsRoutes.READ_SECRETS, new ReadSecrets("demo", ANN)).values();
  }

  private void cache(Set<String> keyIds) {
    room.bus.publish(
        LkgTopics.STATE, new LkgState(true, FakeStorage.EPOCH, 1, Room.NOW, null, keyIds));
  }

  private SecretsStatus status() {
    return room.call(SettingsRoutes.SECRETS_STATUS, new GetSecretsStatus());
  }
}
