package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.CheckDatabase;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.LoadStored;
import dev.holdfast.messages.storage.ProbeStorage;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.StorageTrouble;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that fails, and comes back. */
class FaultTest {
  @TempDir Path folder;
  private Path file;
  private Room room;
  private final List<StorageTrouble> troubles = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    file = folder.resolve("config.db");
    room = Room.open(file);
    room.bus.subscribe(StorageRoutes.TROUBLE, troubles::add);
    room.commit(Room.put("camera", 0, "fps", 30L));
  }

  @AfterEach
  void stop() {
    room.close();
  }

  @Test
  void start_fileMissingThoughThereWasOne_isAFaultAndMakesNone() {
    Path other = folder.resolve("gone.db");
    try (Room second = Room.openExisting(other)) {
      BusFailure probe = second.refused(StorageRoutes.PROBE, new ProbeStorage());
      BusFailure load = second.refused(StorageRoutes.LOAD, new LoadStored());

      assertThat(probe.code()).isEqualTo(FailureCode.STORAGE_MISSING);
      assertThat(load.code()).isEqualTo(FailureCode.STORAGE_MISSING);
      assertThat(other).doesNotExist();
    }
  }

  @Test
  void start_emptyFileThoughThereWasOne_isAFault() throws Exception {
    Path other = Files.createFile(folder.resolve("empty.db"));
    try (Room second = Room.openExisting(other)) {
      assertThat(second.refused(StorageRoutes.PROBE, new ProbeStorage()).code())
          .isEqualTo(FailureCode.STORAGE_CORRUPT);
      assertThat(other).isEmptyFile();
    }
  }

  @Test
  void start_whileAnotherManagerHoldsTheFile_fails() {
    BusFailure failure = catchThrowableOfType(BusFailure.class, () -> Room.open(file).close());

    assertThat(failure.code()).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(failure.detail()).contains("held by another manager");
    assertThat(room.commit(Room.put("camera", 1, "fps", 31L)).revision()).isEqualTo(2);
  }

  @Test
  void start_afterTheHolderStopped_succeeds() {
    room.stop();
    try (Room second = Room.open(file)) {
      assertThat(second.load().revision()).isEqualTo(1);
      second.stop();
    }
    room.start();
  }

  @Test
  void probe_fileComesBack_opensItAgain() throws Exception {
    Path aside = folder.resolve("aside.db");
    Files.move(file, aside);
    assertThat(room.refused(StorageRoutes.PROBE, new ProbeStorage()).code())
        .isEqualTo(FailureCode.STORAGE_MISSING);
    assertThat(room.refused(StorageRoutes.PROBE, new ProbeStorage()).code())
        .isEqualTo(FailureCode.STORAGE_MISSING);

    Files.move(aside, file);
    StorageProbed probed = room.ask(StorageRoutes.PROBE, new ProbeStorage());

    assertThat(probed.revision()).isEqualTo(1);
    assertThat(room.commit(Room.put("camera", 1, "fps", 31L)).revision()).isEqualTo(2);
  }

  @Test
  void probe_anotherDatabaseInItsPlace_failsUntilTheRightOneIsBack() throws Exception {
    Path aside = folder.resolve("aside.db");
    Path other = folder.resolve("other.db");
    try (Room second = Room.open(other)) {
      second.commit(Room.put("camera", 0, "fps", 99L));
    }
    room.stop();
    room.start();
    Files.move(file, aside);
    Files.move(other, file);
    room.refused(StorageRoutes.PROBE, new ProbeStorage());

    BusFailure failure = room.refused(StorageRoutes.PROBE, new ProbeStorage());

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_CORRUPT);
    assertThat(failure.detail()).contains("exchanged");
    for (String suffix : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(folder.resolve("config.db" + suffix));
    }
    Files.move(aside, file);
    assertThat(room.ask(StorageRoutes.PROBE, new ProbeStorage()).revision()).isEqualTo(1);
  }

  @Test
  void commit_fileGone_tellsOfTheTrouble() throws Exception {
    Files.move(file, folder.resolve("aside.db"));

    room.refused(StorageRoutes.COMMIT, Room.change(Room.put("camera", 1, "fps", 31L)));

    assertThat(troubles).hasSize(1);
    assertThat(troubles.get(0).code()).isEqualTo(FailureCode.STORAGE_MISSING);
    assertThat(troubles.get(0).reading()).isFalse();
  }

  @Test
  void commit_stale_isNoTrouble() {
    room.refused(StorageRoutes.COMMIT, Room.change(Room.put("camera", 7, "fps", 31L)));

    assertThat(troubles).isEmpty();
  }

  @Test
  void findHistory_alteredRow_tellsOfTroubleWhileReading() throws Exception {
    room.sql("UPDATE config_history SET new_value_json = '31' WHERE key = 'fps'");

    room.refused(
        StorageRoutes.FIND_HISTORY, new FindHistory(null, null, null, null, null, List.of(), 10));

    assertThat(troubles).hasSize(1);
    assertThat(troubles.get(0).reading()).isTrue();
  }

  @Test
  void check_soundDatabase_isDone() {
    assertThat(room.ask(StorageRoutes.CHECK, new CheckDatabase())).isNotNull();
  }

  @Test
  void check_alteredSnapshot_failsStorageCorrupt() throws Exception {
    room.sql("UPDATE service_configs SET config_json = '{\"fps\":31}'");

    assertThat(room.refused(StorageRoutes.CHECK, new CheckDatabase()).code())
        .isEqualTo(FailureCode.STORAGE_CORRUPT);
  }

  @Test
  void check_overwrittenPage_failsStorageCorruptThoughTheProbeDoesNot() throws Exception {
    for (int i = 0; i < 200; i++) {
      room.commit(Room.put("camera", i + 1, "fps", (long) i));
    }
    room.stop();
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] noise = new byte[4096];
      java.util.Arrays.fill(noise, (byte) 0xa5);
      raw.seek(raw.length() - 4096 * 3);
      raw.write(noise);
    }
    room.start();

    assertThat(room.ask(StorageRoutes.PROBE, new ProbeStorage()).revision()).isEqualTo(201);
    assertThat(room.refused(StorageRoutes.CHECK, new CheckDatabase()).code())
        .isEqualTo(FailureCode.STORAGE_CORRUPT);
  }
}
