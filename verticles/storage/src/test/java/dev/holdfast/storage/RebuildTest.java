package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.json.StrictJson;
import dev.holdfast.messages.storage.CheckAudit;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.DatabaseRebuilt;
import dev.holdfast.messages.storage.FindAccess;
import dev.holdfast.messages.storage.ProbeStorage;
import dev.holdfast.messages.storage.RebuildDatabase;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RebuildTest {
  private static final String OLD = "11111111-1111-4111-8111-111111111111";

  @TempDir Path folder;
  private Path file;
  private Room room;

  @BeforeEach
  void start() {
    file = folder.resolve("config.db");
    room = Room.open(file);
    room.ask(
        StorageRoutes.COMMIT,
        Room.audited(Room.put("camera", 0, "fps", 30L), Room.entry("put"), Room.entry("reveal")));
  }

  @AfterEach
  void stop() {
    room.close();
  }

  @Test
  void rebuild_soundDatabase_isReplacedByItsSeedUnderAnotherEpoch() throws Exception {
    String before = room.load().epoch();

    DatabaseRebuilt made = rebuild(Map.of("camera", 7L, "router", 3L));

    Stored now = room.load();
    assertThat(made.epoch()).isNotEqualTo(before).isEqualTo(now.epoch());
    assertThat(now.services()).hasSize(1);
    assertThat(now.services().get(0).version()).isEqualTo(8);
    assertThat(now.services().get(0).stored().get("fps")).isEqualTo(60L);
    assertThat(now.tombstones()).extracting("service").containsExactly("router");
    assertThat(now.modelHash()).isEqualTo("hash");
    assertThat(room.commit(Room.put("router", 0, "a", 1L)).versions()).containsEntry("router", 4L);
    assertThat(files("config.db.damaged-")).isNotEmpty();
    Map<String, ?> info = StrictJson.object(Files.readAllBytes(folder.resolve("rebuild.info")));
    assertThat(info.get("new_epoch")).isEqualTo(made.epoch());
    assertThat(info.get("old_epoch")).isEqualTo(OLD);
    assertThat(info.get("requested_by")).isEqualTo("anna");
    assertThat(info.get("reason")).isEqualTo("damaged");
    assertThat(info.get("backup_of_old")).isEqualTo(made.backup());
    assertThat(info.keySet()).hasSize(6);
  }

  @Test
  void rebuild_readableAccessLog_goesOnInOneChain() {
    rebuild(Map.of());

    List<String> actions =
        room
            .ask(
                StorageRoutes.FIND_ACCESS,
                new FindAccess(null, null, null, null, null, null, null, null, 10))
            .rows()
            .stream()
            .map(row -> row.entry().action())
            .toList();
    assertThat(actions).containsExactly("rebuild", "reveal", "put");
    assertThat(room.ask(StorageRoutes.CHECK_AUDIT, new CheckAudit(null)).fault()).isNull();
  }

  @Test
  void rebuild_garbage_makesADatabaseAndKeepsTheGarbage() throws Exception {
    room.stop();
    Files.writeString(file, "no database at all");
    room.create = false;
    room.start();
    assertThat(room.refused(StorageRoutes.PROBE, new ProbeStorage()).code())
        .isEqualTo(FailureCode.STORAGE_CORRUPT);

    DatabaseRebuilt made = rebuild(Map.of("camera", 1L));

    assertThat(made.accessRows()).isZero();
    assertThat(room.ask(StorageRoutes.PROBE, new ProbeStorage()).epoch()).isEqualTo(made.epoch());
    assertThat(folder.resolve(String.valueOf(made.backup()))).hasContent("no database at all");
  }

  @Test
  void rebuild_noFile_makesADatabase() throws Exception {
    room.stop();
    Files.delete(file);
    room.create = false;
    room.start();

    DatabaseRebuilt made = rebuild(Map.of());

    assertThat(made.backup()).isNull();
    assertThat(room.load().services()).hasSize(1);
  }

  @Test
  void rebuild_seedThatCannotBe_failsAndLeavesTheOldOne() throws Exception {
    CommitChange stale = Room.change(Room.put("camera", 5, "fps", 60L));

    BusFailure failure =
        room.refused(
            StorageRoutes.REBUILD, new RebuildDatabase("damaged", "anna", OLD, Map.of(), stale));

    assertThat(failure.code()).isEqualTo(FailureCode.CONFLICT);
    assertThat(room.ask(StorageRoutes.PROBE, new ProbeStorage()).revision()).isEqualTo(1);
    assertThat(files("config.db.damaged-")).isEmpty();
  }

  private DatabaseRebuilt rebuild(Map<String, Long> versions) {
    CommitChange seed =
        new CommitChange(
            List.of(Room.put("camera", 0, "fps", 60L)),
            List.of(),
            "hash",
            "system",
            "rebuild",
            Room.NOON,
            List.of(Room.entry("rebuild")));
    return room.ask(
        StorageRoutes.REBUILD, new RebuildDatabase("damaged", "anna", OLD, versions, seed));
  }

  private List<Path> files(String prefix) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(each -> each.getFileName().toString().startsWith(prefix)).toList();
    }
  }
}
