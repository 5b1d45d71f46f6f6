package dev.holdfast.settings;

import static dev.holdfast.settings.Room.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.RebuildSettings;
import dev.holdfast.messages.settings.ReopenSettings;
import dev.holdfast.messages.settings.SettingsRebuilt;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.SettingsStanding;
import dev.holdfast.messages.settings.SettingsStanding.Basis;
import dev.holdfast.messages.settings.State;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is served when the database is away, of another epoch, or made anew. */
@ExtendWith(VertxExtension.class)
class GroundTest {
  private static BusFailure locked() {
    return BusFailure.of(FailureCode.STORAGE_LOCKED, "another process holds the database");
  }

  @Test
  void start_databaseAwayNoCache_servesDefaultsOfNoEpochReadOnly(Vertx vertx) {
    Room room = new Room(vertx);
    room.storage.fault = locked();
    room.environment.put("DEMO_LEVEL", "7");

    room.start(Room.file("demo", Room.DEMO));

    assertThat(room.standing().basis()).isEqualTo(Basis.DEFAULT);
    assertThat(room.standing().adopted()).isFalse();
    assertThat(room.state().epoch()).isEqualTo(State.NO_EPOCH);
    assertThat(room.service("demo").effective().get("level")).isEqualTo(7L);
    assertThat(room.service("demo").effective().get("mode")).isEqualTo("a");
    BusFailure refused = failure(() -> room.put("demo", 1, "{'level': 1}"), FailureCode.READ_ONLY);
    assertThat(refused.detail()).contains("another process holds the database");
  }

  @Test
  void start_databaseAway_servesTheCacheAsItWas(Vertx vertx) {
    Room room = new Room(vertx);
    room.storage.fault = locked();
    room.storage.cache = cache(9, "{'level': 9, 'mode': 'b', 'url': null}", Set.of("level"));
    room.environment.put("DEMO_LEVEL", "7");

    room.start(Room.file("demo", Room.DEMO));

    assertThat(room.standing().basis()).isEqualTo(Basis.LKG);
    ServiceSnapshot demo = room.service("demo");
    assertThat(demo.version()).isEqualTo(4);
    assertThat(demo.effective().canonical()).isEqualTo("{\"level\":9,\"mode\":\"b\",\"url\":null}");
    assertThat(demo.environmentKeys()).containsExactly("level");
    assertThat(demo.secretIsSet("token")).isTrue();
    assertThat(room.service("free").effective().get("any")).isEqualTo("thing");
    assertThat(room.state().revision()).isEqualTo(9);
    assertThat(room.state().tombstones()).hasSize(1);
    failure(() -> room.delete("demo", 4), FailureCode.READ_ONLY);
    failure(() -> room.putSchema("demo", Room.DEMO), FailureCode.READ_ONLY);
  }

  @Test
  void start_cacheOlderThanRecorded_servesDefaults(Vertx vertx) {
    Room room = new Room(vertx);
    room.storage.fault = locked();
    room.storage.cache = cache(9, "{'level': 9, 'mode': 'b', 'url': null}", Set.of());
    room.storage.refusesCache = "it is behind";

    room.start(Room.file("demo", Room.DEMO));

    assertThat(room.standing().basis()).isEqualTo(Basis.DEFAULT);
    assertThat(room.standing().err()).contains("it is behind");
  }

  @Test
  void reopen_databaseBack_takesItOverAndTellsWhatIsOther(Vertx vertx) {
    Room room = new Room(vertx).start(Room.file("demo", Room.DEMO));
    room.put("demo", 1, "{'level': 5}");
    room.vertx.deploymentIDs().forEach(id -> Room.await(room.vertx.undeploy(id)));
    room.storage.fault = locked();
    room.storage.cache = cache(1, "{'level': 3, 'mode': 'a', 'url': null}", Set.of());
    room.events.clear();
    room.standings.clear();
    room.start(Room.file("demo", Room.DEMO));
    assertThat(room.service("demo").effective().get("level")).isEqualTo(3L);
    room.storage.fault = null;

    SettingsStanding standing =
        room.call(SettingsRoutes.REOPEN, new ReopenSettings(FakeStorage.EPOCH, 2));

    assertThat(standing).isEqualTo(SettingsStanding.ADOPTED);
    assertThat(room.service("demo").effective().get("level")).isEqualTo(5L);
    ConfigChanged event = room.event(2);
    assertThat(event.changed()).extracting(ServiceSnapshot::version).containsExactly(2L);
    assertThat(room.put("demo", 2, "{'level': 6}").version()).isEqualTo(3);
  }

  @Test
  void reopen_sameRevision_readsNothing(Vertx vertx) {
    Room room = new Room(vertx).start(Room.file("demo", Room.DEMO));
    room.storage.fault = locked();

    SettingsStanding standing =
        room.call(SettingsRoutes.REOPEN, new ReopenSettings(FakeStorage.EPOCH, 1));

    assertThat(standing.adopted()).isTrue();
  }

  @Test
  void start_notAdmitted_servesTheDatabaseReadOnlyAndSeedsNothing(Vertx vertx) {
    Room room = new Room(vertx).start(Room.file("demo", Room.DEMO));
    room.put("demo", 1, "{'level': 5}");
    room.vertx.deploymentIDs().forEach(id -> Room.await(room.vertx.undeploy(id)));
    int commits = room.storage.commits.size();
    room.storage.refuses = "it is behind";

    room.start(Room.file("demo", Room.DEMO), Room.file("fresh", Room.DEMO));

    assertThat(room.standing().basis()).isEqualTo(Basis.DATABASE);
    assertThat(room.standing().err()).isEqualTo("it is behind");
    assertThat(room.service("demo").effective().get("level")).isEqualTo(5L);
    assertThat(room.storage.commits).hasSize(commits);
    failure(() -> room.put("demo", 2, "{'level': 6}"), FailureCode.READ_ONLY);
  }

  @Test
  void put_healthSaysFallback_failsReadOnlyUntilNormal(Vertx vertx) {
    Room room = new Room(vertx).start(Room.file("demo", Room.DEMO));
    room.bus.publish(HealthRoutes.CHANGED, health("read-only-fallback"));
    failure(() -> room.put("demo", 1, "{'level': 6}"), FailureCode.READ_ONLY);
    room.bus.publish(HealthRoutes.CHANGED, health("normal"));
    assertThat(room.put("demo", 1, "{'level': 6}").version()).isEqualTo(2);
  }

  @Test
  void rebuild_fromMemory_keepsValuesVersionsAndSecrets(Vertx vertx) {
    Room room = new Room(vertx).start(Room.file("demo", Room.DEMO), Room.file("gone", Room.DEMO));
    room.put("demo", 1, "{'level': 5, 'token': 'canary'}");
    room.delete("gone", 1);
    room.putUntyped("free", 0, "{'any': 'thing'}");
    room.storage.fault = BusFailure.of(FailureCode.STORAGE_CORRUPT, "damaged");

    SettingsRebuilt rebuilt =
        room.call(SettingsRoutes.REBUILD, new RebuildSettings("damaged", "anna"));

    assertThat(rebuilt.lost()).isEmpty();
    assertThat(rebuilt.reset()).isEmpty();
    assertThat(rebuilt.services()).isEqualTo(2);
    assertThat(room.state().epoch()).isEqualTo(room.storage.epoch).isEqualTo(rebuilt.epoch());
    assertThat(room.service("demo").version()).isEqualTo(3);
    assertThat(room.service("demo").effective().get("level")).isEqualTo(5L);
    assertThat(room.service("demo").secretIsSet("token")).isTrue();
    assertThat(room.service("free").effective().get("any")).isEqualTo("thing");
    assertThat(room.state().tombstones()).extracting(Tombstone::service).containsExactly("gone");
    assertThat(room.storage.rebuilt.oldEpoch()).isEqualTo(FakeStorage.EPOCH);
    assertThat(room.put("demo", 3, "{'level': 6}").version()).isEqualTo(4);
    assertThat(room.events).anyMatch(event -> event.epoch().equals(rebuilt.epoch()));
  }

  @Test
  void rebuild_fromCache_dropsWhatNoLongerFitsAndWhatDoesNotOpen(Vertx vertx) {
    Room room = new Room(vertx);
    room.storage.fault = BusFailure.of(FailureCode.STORAGE_CORRUPT, "damaged");
    room.storage.cache = cache(9, "{'level': 99, 'mode': 'b', 'url': null}", Set.of());
    room.start(Room.file("demo", Room.DEMO));

    SettingsRebuilt rebuilt =
        room.call(SettingsRoutes.REBUILD, new RebuildSettings("damaged", "anna"));

    assertThat(rebuilt.basis()).isEqualTo(Basis.LKG);
    assertThat(rebuilt.reset()).containsExactly("demo: level: 99 (expected: 0 to 10)");
    assertThat(rebuilt.lost()).containsExactly("demo token");
    assertThat(room.service("demo").effective().canonical())
        .isEqualTo("{\"level\":3,\"mode\":\"b\",\"url\":null}");
    assertThat(room.service("demo").version()).isEqualTo(5);
    assertThat(room.standing()).isEqualTo(SettingsStanding.ADOPTED);
  }

  @Test
  void rebuild_fails_servesOnWhatWasServed(Vertx vertx) {
    Room room = new Room(vertx);
    room.storage.cache = cache(9, "{'level': 9, 'mode': 'b', 'url': null}", Set.of());
    room.storage.fault = locked();
    room.start(Room.file("demo", Room.DEMO));
    room.storage.failRebuild = true;

    failure(
        () -> room.call(SettingsRoutes.REBUILD, new RebuildSettings("damaged", "anna")),
        FailureCode.STORAGE_FULL);

    assertThat(room.service("demo").effective().get("level")).isEqualTo(9L);
  }

  private static HealthReport health(String mode) {
    return new HealthReport(
        mode.equals("normal"), "locked", mode, "e", 1, true, "disabled", null, null, "why");
  }

  private static LkgContent cache(long revision, String demo, Set<String> environmentKeys) {
    return new LkgContent(
        FakeStorage.EPOCH,
        revision,
        2,
        Room.NOW,
        List.of(
            new LkgContent.Service(
                "demo",
                4,
                revision,
                Room.NOW,
                "anna",
                Values.of(Scalars.normal(Json.map(demo))),
                environmentKeys,
                Map.of("token", new Sealed("c2VhbGVk", "another-key"))),
            new LkgContent.Service(
                "free",
                2,
                revision,
                Room.NOW,
                "anna",
                Values.of(Map.of("any", "thing")),
                Set.of(),
                Map.of())),
        List.of(new SchemaWrite("free", SchemaOrigin.UNTYPED, "{}")),
        List.of(new Tombstone("gone", 7, revision, FakeStorage.EPOCH, Room.NOW)));
  }
}
