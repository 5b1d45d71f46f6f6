package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewEpochTest {
  private static final String EPOCH = "0f7b1c9e-6a44-4f0e-9d53-0c5a2a1b7e10";
  private static final AccessEntry ENTRY =
      new AccessEntry("system", "restore.accept", null, null, true, "to test it", Room.NOON);

  @TempDir Path folder;
  private Path file;
  private Room room;

  @BeforeEach
  void open() {
    file = folder.resolve("config.db");
    room = Room.open(file);
    room.ask(
        StorageRoutes.COMMIT,
        Room.audited(
            new ServiceWrite.Put(
                "camera",
                0,
                Values.of(Map.of("fps", 30L)),
                Set.of("fps", "token"),
                List.of(Room.item("fps", "what it does")),
                Set.of(),
                List.of(),
                Map.of("token", new Sealed("c2VhbGVk", "key-1")),
                Set.of(),
                Set.of(),
                "fingerprint"),
            Room.entry("change")));
    room.commit(Room.put("old", 0, "k", 1L));
    room.commit(Room.remove("old", 1));
    room.register("camera");
  }

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void newEpoch_database_isTheSameButForTheEpoch() throws Exception {
    final Stored before = room.load();
    room.stop();

    AuditHead head = StorageVerticle.newEpoch(file, EPOCH, room.macs, ENTRY);

    assertThat(StorageVerticle.stored(file, true))
        .as("read without the room")
        .isEqualTo(moved(before));
    assertThat(StorageVerticle.verifyAudit(file, room.macs, head).fault()).isNull();
    assertThat(room.one("SELECT action || ' ' || id FROM access_log ORDER BY id DESC"))
        .isEqualTo("restore.accept " + head.id());
    room.start();
    assertThat(room.load()).as("read by the room").isEqualTo(moved(before));
    assertThat(room.one("SELECT COUNT(*) FROM config_items WHERE service = 'camera'"))
        .isEqualTo("1");
    assertThat(
            room.one(
                "SELECT COUNT(*) FROM service_configs, tombstones, meta WHERE"
                    + " service_configs.config_epoch = epoch AND tombstones.config_epoch = epoch"))
        .isEqualTo("1");
    assertThat(room.commit(Room.put("router", 0, "a", 1L)).revision())
        .isEqualTo(before.revision() + 1);
  }

  private static Stored moved(Stored before) {
    return new Stored(
        EPOCH,
        before.revision(),
        before.schemaVersion(),
        before.modelHash(),
        before.services(),
        before.schemas(),
        before.tombstones().stream()
            .map(
                it ->
                    new Tombstone(it.service(), it.version(), it.revision(), EPOCH, it.deletedAt()))
            .toList());
  }

  @Test
  void newEpoch_alteredRow_isRefusedAndChangesNothing() throws Exception {
    final String epoch = room.load().epoch();
    room.stop();
    room.sql("UPDATE service_configs SET config_json = replace(config_json, '3', '4')");
    final String rows = room.one("SELECT COUNT(*) FROM access_log");

    BusFailure failure =
        catchThrowableOfType(
            BusFailure.class, () -> StorageVerticle.newEpoch(file, EPOCH, room.macs, ENTRY));

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_CORRUPT);
    assertThat(failure.detail()).startsWith(file.toString()).contains("camera");
    assertThat(room.one("SELECT epoch FROM meta")).isEqualTo(epoch);
    assertThat(room.one("SELECT COUNT(*) FROM access_log")).isEqualTo(rows);
    assertThat(
            catchThrowableOfType(BusFailure.class, () -> StorageVerticle.stored(file, false))
                .code())
        .isEqualTo(FailureCode.STORAGE_CORRUPT);
  }

  @Test
  void newEpoch_noDatabase_isRefusedAndMakesNone() {
    Path none = folder.resolve("none.db");

    BusFailure failure =
        catchThrowableOfType(
            BusFailure.class, () -> StorageVerticle.newEpoch(none, EPOCH, room.macs, ENTRY));

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_MISSING);
    assertThat(none).doesNotExist();
  }

  @Test
  void stored_damagedPage_isFoundByReadingEveryPage() throws Exception {
    room.stop();
    room.sql("PRAGMA wal_checkpoint(TRUNCATE)");
    String page = room.one("SELECT rootpage FROM sqlite_schema WHERE name = 'config_history_time'");
    byte[] bytes = Files.readAllBytes(file);
    int size = Integer.parseInt(room.one("PRAGMA page_size"));
    bytes[(Integer.parseInt(page) - 1) * size] ^= 0x7f;
    Files.write(file, bytes);

    assertThat(StorageVerticle.stored(file, false).services()).hasSize(1);
    BusFailure failure =
        catchThrowableOfType(BusFailure.class, () -> StorageVerticle.stored(file, true));
    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_CORRUPT);
  }

  @Test
  void stored_whileTheRoomRuns_isWhatTheRoomLoads() {
    assertThat(StorageVerticle.stored(file, true)).isEqualTo(room.load());
  }

  @Test
  void alone_whileTheRoomRuns_isRefused() {
    BusFailure failure =
        catchThrowableOfType(
            BusFailure.class, () -> StorageVerticle.alone(file, () -> "not to be seen"));

    assertThat(failure.code()).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(failure.detail()).contains("held by another manager");
    room.stop();
    assertThat(StorageVerticle.alone(file, () -> "alone")).isEqualTo("alone");
    room.start();
  }
}
