package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.storage.CheckKeys;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.ProbeStorage;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageVerticleTest {
  @TempDir Path folder;
  Room room;

  @BeforeEach
  void open() {
    room = Room.open(folder.resolve("data/config/config.db"));
  }

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void load_newDatabase_isEmptyAtRevisionZero() {
    Stored stored = room.load();

    assertThat(UUID.fromString(stored.epoch()).version()).isEqualTo(4);
    assertThat(stored)
        .isEqualTo(new Stored(stored.epoch(), 0, 0, "", List.of(), List.of(), List.of()));
  }

  @Test
  void commit_valuesOfEveryKind_loadTheSame() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("text", "Grüße \"\u0000\" 𝄞");
    map.put("whole", 9_007_199_254_740_991L);
    map.put("large", 1e18);
    map.put("small", -0.25);
    map.put("flag", true);
    map.put("nothing", null);
    Values values = Values.of(map);

    Committed committed =
        room.commit(
            new ServiceWrite.Put(
                "stt-worker", 0, values, Set.of("text", "flag"), List.of(), Set.of(), List.of()));

    assertThat(committed).isEqualTo(new Committed(1, 0, Map.of("stt-worker", 1L)));
    assertThat(room.service("stt-worker"))
        .isEqualTo(
            new StoredService(
                "stt-worker", 1, 1, values, Set.of("text", "flag"), Room.NOON, "anna"));
  }

  @Test
  void commit_severalServices_isOneRevision() {
    Committed committed =
        room.commit(Room.put("camera", 0, "fps", 30L), Room.put("router", 0, "wake", 8L));

    assertThat(committed).isEqualTo(new Committed(1, 0, Map.of("camera", 1L, "router", 1L)));
    assertThat(room.load().revision()).isEqualTo(1);
  }

  @Test
  void commit_schemasOnly_raisesSchemaVersionButNotRevision() {
    SchemaWrite schema = new SchemaWrite("camera", SchemaOrigin.REGISTERED, "{\"a\":1}");
    CommitChange change =
        new CommitChange(List.of(), List.of(schema), "hash-1", "anna", null, Room.NOON);

    Committed first = room.ask(StorageRoutes.COMMIT, change);
    Committed same = room.ask(StorageRoutes.COMMIT, change);
    Committed other =
        room.ask(
            StorageRoutes.COMMIT,
            new CommitChange(List.of(), List.of(), "hash-2", "anna", null, Room.NOON));

    assertThat(first).isEqualTo(new Committed(0, 1, Map.of()));
    assertThat(same).isEqualTo(new Committed(0, 1, Map.of()));
    assertThat(other).isEqualTo(new Committed(0, 2, Map.of()));
    Stored stored = room.load();
    assertThat(stored.schemas()).containsExactly(schema);
    assertThat(stored.modelHash()).isEqualTo("hash-2");
    assertThat(stored.schemaVersion()).isEqualTo(2);
  }

  @Test
  void commit_staleVersion_failsConflictWithCurrentVersion() {
    room.commit(Room.put("camera", 0, "fps", 30L));

    BusFailure made = room.refused(StorageRoutes.COMMIT, change(Room.put("camera", 0, "fps", 1L)));
    BusFailure never = room.refused(StorageRoutes.COMMIT, change(Room.put("router", 3, "a", 1L)));
    BusFailure gone = room.refused(StorageRoutes.COMMIT, change(Room.remove("router", 0)));

    assertThat(made.code()).isEqualTo(FailureCode.CONFLICT);
    assertThat(made.currentVersion()).isEqualTo(1);
    assertThat(never.currentVersion()).isZero();
    assertThat(gone.code()).isEqualTo(FailureCode.CONFLICT);
    assertThat(room.load().revision()).isEqualTo(1);
  }

  @Test
  void commit_oneOfTwoStale_storesNeither() {
    room.commit(Room.put("camera", 0, "fps", 30L));

    BusFailure failure =
        room.refused(
            StorageRoutes.COMMIT,
            change(Room.put("router", 0, "wake", 8L), Room.put("camera", 7, "fps", 1L)));

    assertThat(failure.code()).isEqualTo(FailureCode.CONFLICT);
    assertThat(room.load().services()).extracting(StoredService::service).containsExactly("camera");
  }

  @Test
  void commit_sameServiceTwice_failsBadRequest() {
    BusFailure failure =
        room.refused(
            StorageRoutes.COMMIT,
            change(Room.put("camera", 0, "fps", 30L), Room.remove("camera", 1)));

    assertThat(failure.code()).isEqualTo(FailureCode.BAD_REQUEST);
    assertThat(failure.detail()).contains("camera");
  }

  @Test
  void remove_thenMadeAgain_goesOnFromTheTombstonesVersion() throws SQLException {
    room.commit(Room.put("camera", 0, "fps", 30L));
    Committed removed = room.commit(Room.remove("camera", 1));
    Stored without = room.load();
    String items = room.one("SELECT COUNT(*) FROM config_items");

    Committed again = room.commit(Room.put("camera", 0, "fps", 31L));

    assertThat(removed.versions()).containsExactly(entry("camera", 2L));
    assertThat(without.services()).isEmpty();
    assertThat(without.tombstones())
        .containsExactly(new Tombstone("camera", 2, 2, without.epoch(), Room.NOON));
    assertThat(items).isEqualTo("0");
    assertThat(again.versions()).containsExactly(entry("camera", 3L));
    assertThat(room.load().tombstones()).isEmpty();
    assertThat(room.one("SELECT COUNT(*) FROM config_history")).isEqualTo("2");
  }

  @Test
  void commit_itemsAndRemovedKeys_areTheRowsOfConfigItems() throws SQLException {
    room.commit(Room.put("camera", 0, "fps", 30L));
    room.commit(
        new ServiceWrite.Put(
            "camera",
            1,
            Values.of(Map.of("size", 2L)),
            Set.of(),
            List.of(Room.item("size", "How large")),
            Set.of("fps"),
            List.of(new Difference("fps", 30L, null))));

    assertThat(
            room.one(
                "SELECT group_concat(service || '|' || key || '|' || value_json || '|' || type ||"
                    + " '|' || complexity || '|' || description || '|' || examples || '|' ||"
                    + " is_secret || '|' || updated_at || '|' || updated_by) FROM config_items"))
        .isEqualTo(
            "camera|size|1|integer|simple|How large|[\"1\",\"2\"]|0"
                + "|2026-11-22T12:00:00.500000+00:00|anna");
  }

  @Test
  void checkKeys_otherBytesUnderKnownId_failConflictAndStoreNothing() {
    room.ask(StorageRoutes.CHECK_KEYS, new CheckKeys(Map.of("id-1", "a", "id-2", "b")));
    room.ask(StorageRoutes.CHECK_KEYS, new CheckKeys(Map.of("id-1", "a")));

    BusFailure failure =
        room.refused(StorageRoutes.CHECK_KEYS, new CheckKeys(Map.of("id-0", "n", "id-2", "other")));

    assertThat(failure.code()).isEqualTo(FailureCode.CONFLICT);
    assertThat(failure.detail()).contains("id-2").doesNotContain("other");
    room.ask(StorageRoutes.CHECK_KEYS, new CheckKeys(Map.of("id-0", "another first")));
  }

  @Test
  void probe_afterCommit_tellsEpochAndRevision() {
    room.commit(Room.put("camera", 0, "fps", 30L));

    StorageProbed probed = room.ask(StorageRoutes.PROBE, new ProbeStorage());

    assertThat(probed).isEqualTo(new StorageProbed(room.load().epoch(), 1));
    assertThat(room.meters.get("holdfast.storage.revision").gauge().value()).isEqualTo(1);
  }

  @Test
  void restart_keepsEpochRevisionVersionsAndTombstones() {
    room.commit(Room.put("camera", 0, "fps", 30L));
    room.commit(Room.put("router", 0, "wake", 8L));
    room.commit(Room.put("camera", 1, "fps", 31L), Room.remove("router", 1));
    Stored before = room.load();

    room.stop();
    room.start();

    assertThat(room.load()).isEqualTo(before);
    assertThat(room.commit(Room.put("router", 0, "wake", 9L)))
        .isEqualTo(new Committed(4, 0, Map.of("router", 3L)));
  }

  @Test
  void stop_leavesTheWholeDatabaseInOneFileAndNoMeters() {
    room.commit(Room.put("camera", 0, "fps", 30L));

    room.stop();

    assertThat(folder.resolve("data/config")).isDirectoryContaining("glob:**config.db");
    assertThat(folder.resolve("data/config/config.db-wal")).doesNotExist();
    assertThat(room.meters.getMeters()).isEmpty();
    room.start();
  }

  @Test
  void start_makesPrivateFilesAndFolders() throws Exception {
    room.commit(Room.put("camera", 0, "fps", 30L));

    for (String name : List.of("config.db", "config.db-wal", "config.db-shm")) {
      Path file = room.file.resolveSibling(name);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .as(name)
          .isEqualTo("rw-------");
    }
    for (String name : List.of("data", "data/config")) {
      Path made = folder.resolve(name);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .as(name)
          .isEqualTo("rwx------");
    }
  }

  @Test
  void options_outOfRange_sayTheLegalForm() {
    assertThatThrownBy(() -> new StorageVerticle.Options(Path.of("x.db"), 0, 365, true, false))
        .hasMessage("readers: 0 (expected: 1 to 64)");
    assertThatThrownBy(() -> new StorageVerticle.Options(folder, 1, 365, true, false))
        .hasMessageContaining("expected: a file, not a folder");
    assertThatThrownBy(() -> new StorageVerticle.Options(Path.of("x.db"), 1, -1, true, false))
        .hasMessage("auditRetentionDays: -1 (expected: 0 to 36500)");
  }

  private static CommitChange change(ServiceWrite... writes) {
    return Room.change(writes);
  }
}
