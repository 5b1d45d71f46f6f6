package dev.holdfast.settings;

import static dev.holdfast.settings.Room.eventually;
import static dev.holdfast.settings.Room.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.PutConfig;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.Item;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.Caller;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Source;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ConfigUseCasesTest {
  private Room room;

  @BeforeEach
  void deploy(Vertx vertx) {
    room = new Room(vertx).start(Room.file("demo", Room.DEMO), Room.file("other", Room.DEMO));
  }

  @Test
  void put_newValues_commitsDefaultsOverlaidAndAnnounces() {
    ChangeResult result = room.put("demo", 1, "{'level': 5}");

    assertThat(result.version()).isEqualTo(2);
    assertThat(result.revision()).isEqualTo(2);
    assertThat(result.message()).isEqualTo("changed: level");
    assertThat(result.differences()).containsExactly(new Difference("level", 3L, 5L));
    assertThat(result.event()).isEqualTo(room.event(2));
    ServiceSnapshot demo = room.service("demo");
    assertThat(demo.effective().canonical()).isEqualTo("{\"level\":5,\"mode\":\"a\",\"url\":null}");
    assertThat(demo.setKeys()).containsExactly("level");
    assertThat(demo.source("mode")).isEqualTo(Source.DEFAULT);
    assertThat(demo.updatedBy()).isEqualTo("ann");
    assertThat(demo.updatedAt()).isEqualTo(Room.NOW);
    CommitChange commit = room.storage.commits.get(1);
    assertThat(commit.reason()).isEqualTo("why");
    assertThat(commit.modelHash()).isNull();
    ServiceWrite.Put put = (ServiceWrite.Put) commit.writes().get(0);
    assertThat(put.items())
        .extracting(item -> item.field().key(), Item::valueJson)
        .containsExactly(Tuple.tuple("level", "5"));
  }

  @Test
  void put_isWholeReplacement_absentReturnsToDefault() {
    room.put("demo", 1, "{'level': 5, 'mode': 'b', 'url': 'u'}");
    ChangeResult result = room.put("demo", 2, "{'mode': 'b'}");
    assertThat(result.differences())
        .containsExactly(new Difference("level", 5L, 3L), new Difference("url", "u", null));
    assertThat(room.service("demo").setKeys()).containsExactly("mode");
  }

  @Test
  void put_nothingDifferent_changesNothing() {
    room.put("demo", 1, "{'level': 5}");
    ChangeResult result = room.put("demo", 2, "{'level': 5.0, 'url': null, 'token': null}");
    assertThat(result.message()).isEqualTo("nothing changed");
    assertThat(result.version()).isEqualTo(2);
    assertThat(result.revision()).isEqualTo(2);
    assertThat(result.event()).isEqualTo(ConfigChanged.nothing(FakeStorage.EPOCH, 1));
    assertThat(room.storage.commits).hasSize(2);
  }

  @Test
  void put_staleVersion_failsConflictWithTheCurrentOne() {
    room.put("demo", 1, "{'level': 5}");
    BusFailure failure = failure(() -> room.put("demo", 1, "{}"), FailureCode.CONFLICT);
    assertThat(failure.currentVersion()).isEqualTo(2);
    failure = failure(() -> room.put("demo", 0, "{}"), FailureCode.CONFLICT);
    assertThat(failure.currentVersion()).isEqualTo(2);
    assertThat(room.storage.commits).hasSize(2);
  }

  @Test
  void put_twoAtOnce_storageRefusesTheSecond() {
    Future<ChangeResult> first =
        room.bus.call(SettingsRoutes.PUT, Room.putting("demo", 1, "{'level': 1}", false, false));
    Future<ChangeResult> second =
        room.bus.call(SettingsRoutes.PUT, Room.putting("demo", 1, "{'level': 2}", false, false));
    assertThat(Room.await(first).version()).isEqualTo(2);
    BusFailure failure = failure(() -> Room.await(second), FailureCode.CONFLICT);
    assertThat(failure.currentVersion()).isEqualTo(2);
  }

  @Test
  void put_conflictFromStorageThatMemoryDoesNotKnow_readsStorageAgain() {
    room.storage.before =
        () -> {
          room.storage.before = () -> {};
          room.storage.commit(
              new CommitChange(
                  List.of(
                      new ServiceWrite.Put(
                          "demo",
                          1,
                          Values.of(new TreeMap<>(Map.of("level", 9L, "mode", "a"))),
                          Set.of("level"),
                          List.of(),
                          Set.of(),
                          List.of())),
                  List.of(),
                  null,
                  "elsewhere",
                  null,
                  Room.NOW));
        };
    BusFailure failure = failure(() -> room.put("demo", 1, "{'level': 1}"), FailureCode.CONFLICT);
    assertThat(failure.currentVersion()).isEqualTo(2);
    eventually(() -> room.service("demo").version() == 2);
    assertThat(room.service("demo").effective().get("level")).isEqualTo(9L);
    assertThat(room.event(2).changed()).hasSize(1);
  }

  @Test
  void put_invalid_tellsAllAndCommitsNothing() {
    BusFailure failure =
        failure(
            () ->
                room.put(
                    "demo", 1, "{'level': 11, 'mode': 'c', 'token': 's3cret', 'x': 1, 'url': 7}"),
            FailureCode.INVALID);
    assertThat(failure.errors())
        .extracting(FieldError::type)
        .containsExactlyInAnyOrder("maximum", "enum", "type", "unknown_key");
    assertThat(failure.detail()).startsWith("demo: ").endsWith("; and 1 more");
    assertThat(failure.detail() + failure.errors()).doesNotContain("s3cret");
    assertThat(room.storage.commits).hasSize(1);
  }

  @Test
  void put_reasonTooLong_isInvalid() {
    BusFailure failure =
        failure(
            () ->
                room.call(
                    SettingsRoutes.PUT,
                    new PutConfig(
                        "demo", Json.map("{}"), 1, false, false, "x".repeat(501), Room.ANN)),
            FailureCode.INVALID);
    assertThat(failure.errors()).extracting(FieldError::field).containsExactly("reason");
  }

  @Test
  void put_outsideTheScope_isForbidden() {
    Caller scoped = new Caller("bob", Set.of("other"), "r");
    failure(
        () ->
            room.call(
                SettingsRoutes.PUT,
                new PutConfig("demo", Json.map("{}"), 1, false, false, null, scoped)),
        FailureCode.FORBIDDEN);
  }

  @Test
  void put_dryRun_tellsTheDifferenceAndChangesNothing() {
    ChangeResult result =
        room.call(
            SettingsRoutes.PUT, Room.putting("demo", 1, "{'level': 9, 'mode': 'b'}", false, true));
    assertThat(result.version()).isEqualTo(1);
    assertThat(result.differences()).hasSize(2);
    assertThat(result.message()).isEqualTo("dry run: 2 settings would be changed");
    assertThat(result.event().revision()).isZero();
    assertThat(room.storage.commits).hasSize(1);
    failure(
        () -> room.call(SettingsRoutes.PUT, Room.putting("demo", 1, "{'level': 99}", false, true)),
        FailureCode.INVALID);
  }

  @Test
  void put_unknownService_needsSchemaOrUntyped() {
    failure(() -> room.put("free", 3, "{}"), FailureCode.NOT_FOUND);
    BusFailure failure = failure(() -> room.put("free", 0, "{'a': 1}"), FailureCode.INVALID);
    assertThat(failure.detail()).contains("?untyped=true", "/api/config/schemas/free");
  }

  @Test
  void put_untyped_takesAnyFlatKeyAndReplacesAll() {
    ChangeResult made = room.putUntyped("free", 0, "{'a.b': 1, 'c': 'x'}");
    assertThat(made.version()).isEqualTo(1);
    assertThat(made.message()).contains("without a schema");
    assertThat(room.storage.schemas.get("free").document()).isEqualTo("{}");
    assertThat(room.storage.schemaVersion).isEqualTo(2);
    assertThat(room.service("free").schema().untyped()).isTrue();
    assertThat(room.service("free").setKeys()).containsExactlyInAnyOrder("a.b", "c");

    ChangeResult changed = room.put("free", 1, "{'c': 2.5}");
    assertThat(changed.differences())
        .containsExactly(new Difference("a.b", 1L, null), new Difference("c", "x", 2.5));
    CommitChange last = room.storage.commits.get(room.storage.commits.size() - 1);
    ServiceWrite.Put put = (ServiceWrite.Put) last.writes().get(0);
    assertThat(put.removedKeys()).containsExactly("a.b");
    room.patch("free", 2, "{'c': null, 'd': true}");
    assertThat(room.service("free").effective().map()).containsExactly(entry("d", true));
  }

  @Test
  void patch_null_returnsToDefaultAndLeavesTheRest() {
    room.put("demo", 1, "{'level': 5, 'mode': 'b'}");
    ChangeResult result = room.patch("demo", 2, "{'level': null}");
    assertThat(result.differences()).containsExactly(new Difference("level", 5L, 3L));
    assertThat(room.service("demo").setKeys()).containsExactly("mode");
    failure(() -> room.patch("nothing", 1, "{}"), FailureCode.NOT_FOUND);
    failure(() -> room.patch("demo", 2, "{'level': 4}"), FailureCode.CONFLICT);
  }

  @Test
  void delete_thenMadeAgain_goesOnFromTheTombstone() {
    room.put("demo", 1, "{'level': 5}");
    ChangeResult deleted = room.delete("demo", 2);
    assertThat(deleted.version()).isEqualTo(3);
    assertThat(room.state().tombstones()).extracting(Tombstone::version).containsExactly(3L);
    assertThat(room.event(3).deleted()).hasSize(1);
    assertThat(room.storage.history).last().satisfies(row -> assertThat(row.newValue()).isNull());
    failure(() -> room.delete("demo", 3), FailureCode.NOT_FOUND);
    failure(() -> room.put("demo", 3, "{}"), FailureCode.NOT_FOUND);

    ChangeResult made = room.put("demo", 0, "{'level': 7}");
    assertThat(made.version()).isEqualTo(4);
    assertThat(made.differences()).containsExactly(new Difference("level", null, 7L));
    assertThat(room.state().tombstones()).isEmpty();
  }

  @Test
  void delete_staleVersion_failsConflict() {
    assertThat(failure(() -> room.delete("demo", 2), FailureCode.CONFLICT).currentVersion())
        .isEqualTo(1);
  }

  @Test
  void restore_severalEntriesOfOneKey_oldestWins() {
    room.put("demo", 1, "{'level': 4, 'mode': 'b'}");
    room.put("demo", 2, "{'level': 5, 'mode': 'b'}");
    room.put("demo", 3, "{'level': 6, 'mode': 'b'}");
    List<Long> ids =
        room.storage.history.stream()
            .filter(entry -> entry.key().equals("level"))
            .map(entry -> entry.id())
            .toList();
    ChangeResult result = room.restore("demo", ids.get(2), ids.get(1));
    assertThat(result.version()).isEqualTo(5);
    assertThat(result.differences()).containsExactly(new Difference("level", 6L, 4L));
    assertThat(result.message()).isEqualTo("restored: level");
    assertThat(room.service("demo").effective().get("mode")).isEqualTo("b");
    assertThat(room.storage.commits.get(4).reason())
        .isEqualTo("restored from history " + ids.get(2) + ", " + ids.get(1));
  }

  @Test
  void restore_valueThatWasNull_returnsToDefault() {
    room.put("demo", 1, "{'url': 'u'}");
    room.restore("demo", 1L);
    assertThat(room.service("demo").setKeys()).isEmpty();
  }

  @Test
  void restore_unknownOrForeignEntries_areNamed() {
    room.put("demo", 1, "{'level': 4}");
    room.put("other", 1, "{'level': 4}");
    BusFailure failure = failure(() -> room.restore("demo", 1L, 2L, 77L), FailureCode.NOT_FOUND);
    assertThat(failure.detail()).contains("[2, 77]");
    failure(() -> room.restore("demo"), FailureCode.INVALID);
  }

  @Test
  void restore_conflictInBetween_triesAgain() {
    room.put("demo", 1, "{'level': 4}");
    int[] times = {0};
    room.storage.before =
        () -> {
          if (times[0]++ == 0) {
            room.storage.before = () -> {};
            room.bus.call(
                SettingsRoutes.PUT, Room.putting("demo", 2, "{'mode': 'b'}", false, false));
          }
        };
    room.storage.answer =
        ordinary -> {
          room.storage.answer = same -> same;
          return Future.failedFuture(BusFailure.stale("demo", 2, 3));
        };
    ChangeResult result = room.restore("demo", 1L);
    assertThat(result.message()).isIn("restored: level", "nothing changed");
    assertThat(room.service("demo").effective().get("level")).isEqualTo(3L);
  }

  @Test
  void changed_answersOutOfOrder_areAnnouncedInOrderOfRevision() {
    Promise<Committed> late = Promise.promise();
    room.storage.answer =
        ordinary -> {
          room.storage.answer = same -> same;
          ordinary.onSuccess(committed -> room.vertx.setTimer(150, id -> late.complete(committed)));
          return late.future();
        };
    Future<ChangeResult> first =
        room.bus.call(SettingsRoutes.PUT, Room.putting("demo", 1, "{'level': 1}", false, false));
    Future<ChangeResult> second =
        room.bus.call(SettingsRoutes.PUT, Room.putting("other", 1, "{'level': 2}", false, false));
    assertThat(Room.await(second).revision()).isEqualTo(3);
    assertThat(Room.await(first).revision()).isEqualTo(2);
    assertThat(room.revisionsUpTo(3)).containsExactly(1L, 2L, 3L);
    assertThat(room.state().revision()).isEqualTo(3);
  }

  @Test
  void changed_answerThatStaysAway_isReadFromStorage() {
    room.storage.answer =
        ordinary -> {
          room.storage.answer = same -> same;
          return Future.failedFuture(BusFailure.of(FailureCode.UNAVAILABLE, "no answer"));
        };
    failure(() -> room.put("demo", 1, "{'level': 8}"), FailureCode.UNAVAILABLE);
    eventually(() -> room.service("demo").version() == 2);
    assertThat(room.service("demo").effective().get("level")).isEqualTo(8L);
    assertThat(room.revisionsUpTo(2)).containsExactly(1L, 2L);
    assertThat(room.put("demo", 2, "{'level': 9}").revision()).isEqualTo(3);
  }

  @Test
  void changed_committedLateAfterATimeOut_isFoundByLooking() {
    room.storage.answer =
        ordinary -> {
          room.storage.answer = same -> same;
          return Future.failedFuture(BusFailure.of(FailureCode.UNAVAILABLE, "no answer"));
        };
    failure(() -> room.put("demo", 1, "{'level': 8}"), FailureCode.UNAVAILABLE);
    eventually(() -> room.service("demo").version() == 2);
    CommitChange late = room.storage.commits.get(room.storage.commits.size() - 1);
    ServiceWrite.Put put = (ServiceWrite.Put) late.writes().get(0);
    room.storage.commit(
        new CommitChange(
            List.of(
                new ServiceWrite.Put(
                    "demo", 2, put.stored(), put.setKeys(), List.of(), Set.of(), List.of())),
            List.of(),
            null,
            "late",
            null,
            Room.NOW));
    eventually(() -> room.service("demo").version() == 3);
  }
}
