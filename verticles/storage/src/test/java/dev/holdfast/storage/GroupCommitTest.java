package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.storage.CheckKeys;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.Done;
import dev.holdfast.messages.storage.ProbeStorage;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.Values;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {
  private static final Duration LOCKED_ANSWER =
      Duration.ofMillis(ConnectionSource.BUSY_TIMEOUT_MILLIS + 500);

  @TempDir Path folder;
  Room room;

  @BeforeEach
  void open() {
    room = Room.open(folder.resolve("config.db"));
  }

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void commit_200WritersOn20Services_leavesNoGap() throws SQLException {
    List<Future<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      writers.add(write("service-" + i % 20, i, 0));
    }
    Room.await(Future.all(writers));

    long accepted = writers.stream().filter(Future::result).count();
    Stored stored = room.load();
    assertThat(accepted).isBetween(20L, 199L);
    assertThat(stored.revision()).isEqualTo(accepted);
    assertThat(stored.services()).hasSize(20);
    assertThat(stored.services().stream().mapToLong(StoredService::version).sum())
        .isEqualTo(accepted);
    assertThat(room.one("SELECT COUNT(DISTINCT revision) FROM config_history"))
        .isEqualTo(String.valueOf(accepted));
    assertThat(
            room.one(
                "SELECT COUNT(*) FROM (SELECT service FROM config_history GROUP BY service"
                    + " HAVING MIN(version) = 1 AND MAX(version) = COUNT(DISTINCT version))"))
        .isEqualTo("20");
    assertThat(room.meters.get("holdfast.storage.batch.size").summary().max()).isGreaterThan(1);
  }

  /** Writes once on the version it knows; a loser tries once more with what it was told. */
  private Future<Boolean> write(String service, int value, long version) {
    return room.bus
        .call(StorageRoutes.COMMIT, Room.change(Room.put(service, version, "key", (long) value)))
        .map(true)
        .recover(
            failure -> {
              BusFailure conflict = (BusFailure) failure;
              assertThat(conflict.code()).isEqualTo(FailureCode.CONFLICT);
              assertThat(conflict.currentVersion()).isPositive();
              return version > 0
                  ? Future.succeededFuture(false)
                  : write(service, value, conflict.currentVersion());
            });
  }

  @Test
  void commit_sameServiceInOneGroup_isJudgedInOrder() throws SQLException {
    List<Future<Committed>> sent =
        sendTogether(
            List.of(
                Room.put("busy", 0, "a", 0L),
                Room.put("camera", 0, "fps", 1L),
                Room.put("camera", 1, "fps", 2L),
                Room.put("camera", 1, "fps", 3L),
                Room.remove("camera", 2),
                Room.put("camera", 0, "size", 5L)));

    assertThat(sent.stream().map(Future::succeeded))
        .containsExactly(true, true, true, false, true, true);
    assertThat(((BusFailure) sent.get(3).cause()).currentVersion()).isEqualTo(2);
    assertThat(sent.get(5).result()).isEqualTo(new Committed(5, 0, Map.of("camera", 4L)));
    StoredService camera = room.service("camera");
    assertThat(camera.version()).isEqualTo(4);
    assertThat(camera.stored().canonical()).isEqualTo("{\"size\":5}");
    assertThat(room.load().tombstones()).isEmpty();
    assertThat(room.one("SELECT group_concat(key) FROM config_items WHERE service = 'camera'"))
        .isEqualTo("size");
  }

  @Test
  void commit_changeTheDatabaseRefuses_failsAlone() throws SQLException {
    room.sql(
        "CREATE TRIGGER poison BEFORE INSERT ON config_items WHEN NEW.key = 'poison'"
            + " BEGIN SELECT RAISE(ABORT, 'poisoned'); END");
    List<ServiceWrite> writes = new ArrayList<>(List.of(Room.put("busy", 0, "a", 0L)));
    for (int i = 0; i < 10; i++) {
      writes.add(Room.put("service-" + i, 0, i == 4 ? "poison" : "key", 1L));
    }
    List<Future<Committed>> sent = sendTogether(writes);

    assertThat(sent.stream().filter(Future::failed)).containsExactly(sent.get(5));
    BusFailure failure = (BusFailure) sent.get(5).cause();
    assertThat(failure.code()).isEqualTo(FailureCode.INTERNAL);
    assertThat(failure.detail()).doesNotContain("poisoned");
    Stored stored = room.load();
    assertThat(stored.services()).hasSize(10);
    assertThat(stored.revision()).isEqualTo(10);
    assertThat(room.meters.get("holdfast.storage.batch.size").summary().max()).isEqualTo(10);
  }

  @Test
  void commit_valueWithoutJsonForm_failsAlone() throws SQLException {
    ServiceWrite broken =
        new ServiceWrite.Put(
            "camera",
            0,
            Values.EMPTY,
            Set.of(),
            List.of(),
            Set.of(),
            List.of(new Difference("fps", null, Room.NOON)));
    List<Future<Committed>> sent =
        sendTogether(List.of(Room.put("busy", 0, "a", 0L), broken, Room.put("router", 0, "b", 1L)));

    assertThat(sent.stream().map(Future::succeeded)).containsExactly(true, false, true);
    assertThat(((BusFailure) sent.get(1).cause()).code()).isEqualTo(FailureCode.INTERNAL);
    assertThat(room.load().revision()).isEqualTo(2);
  }

  @Test
  void commit_lockedByAnotherProcess_failsInTimeAndWorksAfterwards() throws SQLException {
    room.commit(Room.put("camera", 0, "fps", 1L));
    try (Connection stranger = room.stranger();
        var statement = stranger.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");
      long start = System.nanoTime();

      BusFailure failure =
          room.refused(StorageRoutes.COMMIT, Room.change(Room.put("camera", 1, "fps", 2L)));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LOCKED_ANSWER);
      assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_LOCKED);
      assertThat(room.load().revision()).as("reads go on").isEqualTo(1);
      statement.execute("ROLLBACK");
    }

    assertThat(room.commit(Room.put("camera", 1, "fps", 2L)).revision()).isEqualTo(2);
  }

  @Test
  void commit_manyWhileLocked_doNotAddUpTheirWaits() throws Exception {
    try (Connection stranger = room.stranger();
        var statement = stranger.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");
      List<Future<Long>> waits = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        int number = i;
        waits.add(
            room.vertx
                .timer(1 + 80L * i)
                .compose(fired -> waitOf(send(Room.put("service-" + number, 0, "k", 1L)))));
        if (i % 10 == 5) {
          waits.add(
              room.vertx
                  .timer(80L * i)
                  .compose(
                      fired -> waitOf(room.bus.call(StorageRoutes.PROBE, new ProbeStorage()))));
        }
      }
      Room.await(Future.all(waits));

      Set<Long> sorted = new TreeSet<>(waits.stream().map(Future::result).toList());
      assertThat(sorted).allMatch(millis -> millis < LOCKED_ANSWER.toMillis());
      statement.execute("ROLLBACK");
    }
  }

  /** How long it takes to fail for the lock, in milliseconds. */
  private static Future<Long> waitOf(Future<?> call) {
    long start = System.nanoTime();
    return call.transform(
        done -> {
          assertThat(((BusFailure) done.cause()).code()).isEqualTo(FailureCode.STORAGE_LOCKED);
          return Future.succeededFuture((System.nanoTime() - start) / 1_000_000);
        });
  }

  @Test
  void stop_withChangesWaiting_commitsWhatWasAccepted() {
    List<Future<Committed>> sent = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      sent.add(send(Room.put("service-" + i, 0, "key", 1L)));
    }
    room.stop();
    Room.await(Future.join(sent).otherwiseEmpty());

    long accepted = sent.stream().filter(Future::succeeded).count();
    room.start();
    assertThat(accepted).isPositive();
    assertThat(room.load().revision()).isEqualTo(accepted);
  }

  @Test
  void stop_whileLocked_endsWithinThreeSeconds() throws SQLException {
    try (Connection stranger = room.stranger();
        var statement = stranger.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");
      for (int i = 0; i < 600; i++) {
        send(Room.put("service-" + i, 0, "key", 1L));
      }
      long start = System.nanoTime();

      room.stop();

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
      statement.execute("ROLLBACK");
    }
    room.start();
    assertThat(room.load().revision()).isZero();
  }

  @Test
  void commit_moreThanTheQueueHolds_failsUnavailable() throws SQLException {
    try (Connection stranger = room.stranger();
        var statement = stranger.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");
      List<Future<Committed>> sent = new ArrayList<>();
      for (int i = 0; i < WriteQueue.MAX_WAITING + 1000; i++) {
        sent.add(send(Room.put("service-" + i, 0, "key", 1L)));
      }
      Room.await(Future.join(sent).otherwiseEmpty());
      statement.execute("ROLLBACK");

      assertThat(sent)
          .extracting(call -> ((BusFailure) call.cause()).code())
          .contains(FailureCode.UNAVAILABLE)
          .containsOnly(FailureCode.UNAVAILABLE, FailureCode.STORAGE_LOCKED);
      assertThat(sent)
          .extracting(call -> ((BusFailure) call.cause()).detail())
          .contains("too many changes waiting; try again");
    }
    assertThat(room.commit(Room.put("camera", 0, "fps", 1L)).revision()).isEqualTo(1);
  }

  @Test
  void start_whileLocked_servesReadsAndKnownKeys() throws SQLException {
    CheckKeys keys = new CheckKeys(Map.of("id-1", "a"));
    room.commit(Room.put("camera", 0, "fps", 1L));
    room.ask(StorageRoutes.CHECK_KEYS, keys);
    room.stop();
    try (Connection stranger = room.stranger();
        var statement = stranger.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");

      room.start();

      assertThat(room.load().revision()).isEqualTo(1);
      assertThat(room.ask(StorageRoutes.CHECK_KEYS, keys)).isEqualTo(new Done());
      statement.execute("ROLLBACK");
    }
  }

  /** Sends these while nothing can be committed: the first goes alone, the others together. */
  private List<Future<Committed>> sendTogether(List<ServiceWrite> writes) throws SQLException {
    try (Connection stranger = room.stranger();
        var statement = stranger.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      List<Future<Committed>> sent = writes.stream().map(this::send).toList();
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(10))
          .until(
              () ->
                  room.meters.get("holdfast.storage.queue").gauge().value() == writes.size() - 1.0);
      statement.execute("ROLLBACK");
      Room.await(Future.join(sent).otherwiseEmpty());
      return sent;
    }
  }

  private Future<Committed> send(ServiceWrite write) {
    CommitChange change = Room.change(write);
    return room.bus.call(StorageRoutes.COMMIT, change);
  }
}
