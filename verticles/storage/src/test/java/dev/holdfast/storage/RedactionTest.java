package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.Item;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.Values;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedactionTest {
  private static final String CANARY = "canary-5f0e";

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
  void redactedKeys_maskEveryValueButNull_andOnlyOfThatKey() {
    room.commit(write("camera", 0, "password", null, "old", Set.of()));
    room.commit(write("camera", 1, "password", "old", "new", Set.of()));
    room.commit(write("camera", 2, "other", null, "stays", Set.of()));
    room.commit(write("router", 0, "password", null, "stays too", Set.of()));

    room.commit(write("camera", 3, "password", "new", null, Set.of("password")));

    assertThat(history("camera", "password"))
        .extracting(HistoryEntry::oldValue, HistoryEntry::newValue)
        .containsExactly(
            tuple(SecretValue.MASK, null),
            tuple(SecretValue.MASK, SecretValue.MASK),
            tuple(null, SecretValue.MASK));
    assertThat(history("camera", "other").get(0).newValue()).isEqualTo("stays");
    assertThat(history("router", "password").get(0).newValue()).isEqualTo("stays too");
  }

  @Test
  void redactedKeys_moreRowsThanAPage_areAllMasked() throws SQLException {
    room.commit(write("camera", 0, "password", null, "x", Set.of()));
    room.sql(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234)"
            + " INSERT INTO config_history (service, key, old_value_json, new_value_json,"
            + " changed_at, changed_by, revision, version, changed_micros, checksum)"
            + " SELECT service, key, old_value_json, new_value_json, changed_at, changed_by,"
            + " revision, version, changed_micros, checksum FROM config_history, n");

    room.commit(write("camera", 1, "password", "x", null, Set.of("password")));

    assertThat(
            room.one(
                "SELECT COUNT(*) FROM config_history WHERE new_value_json <> '\"********\"'"
                    + " AND new_value_json <> 'null'"))
        .isEqualTo("0");
  }

  @Test
  void redactedKeys_damagedRow_isMaskedAndStaysDamaged() throws SQLException {
    room.commit(write("camera", 0, "password", null, "old", Set.of()));
    room.sql("UPDATE config_history SET changed_by = 'mallory'");

    room.commit(write("camera", 1, "fps", null, 1L, Set.of("password")));

    assertThat(room.one("SELECT new_value_json FROM config_history WHERE key = 'password'"))
        .isEqualTo("\"********\"");
    assertThat(room.refused(StorageRoutes.FIND_HISTORY, find("camera", "password")).code())
        .isEqualTo(FailureCode.STORAGE_CORRUPT);
  }

  @Test
  void redactedKeys_leaveNoByteOfOldValuesInAnyFile() throws Exception {
    fillWithCanaries();
    assertThat(holdsCanary()).isTrue();

    redactAll();

    Awaitility.await().until(() -> "0".equals(room.one("SELECT COUNT(*) FROM scrub_owed")));
    assertThat(holdsCanary()).isFalse();
    assertThat(room.load().services()).hasSize(60);
    assertThat(room.one("PRAGMA integrity_check")).isEqualTo("ok");
    assertThat(room.one("PRAGMA user_version")).isEqualTo("4");
    assertThat(room.one("PRAGMA application_id"))
        .isEqualTo(String.valueOf(Migrations.APPLICATION_ID));
    room.commit(Room.put("another", 0, "fps", 1L));
  }

  @Test
  void redactedKeys_whileAReaderHoldsTheLog_isDoneAfterIt() throws Exception {
    fillWithCanaries();
    try (Connection reader = room.stranger();
        var statement = reader.createStatement()) {
      statement.execute("BEGIN");
      statement.executeQuery("SELECT COUNT(*) FROM meta").next();
      redactAll();
      room.commit(Room.put("another", 0, "fps", 1L));
      assertThat(room.one("SELECT COUNT(*) FROM scrub_owed")).isEqualTo("1");
      statement.execute("ROLLBACK");
    }
    Writer writer = new Writer(room.vertx, DatabaseFile.prepare(room.file, true), false);
    Lineage lineage = new Lineage();
    WriteQueue queue =
        new WriteQueue(
            writer,
            lineage,
            new AuditChain(room.macs, head -> {}),
            new StorageMetrics(new SimpleMeterRegistry()));

    assertThat(Room.await(new Scrub(writer, queue).run())).isTrue();

    assertThat(room.one("SELECT COUNT(*) FROM scrub_owed")).isEqualTo("0");
    assertThat(holdsCanary()).isFalse();
    Room.await(writer.close());
  }

  /** Values of many sizes, so that pages are split, merged and freed. */
  private void fillWithCanaries() {
    Random random = new Random(7);
    Map<String, Long> versions = new HashMap<>();
    for (int round = 0; round < 20; round++) {
      List<ServiceWrite> writes = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        String service = "service-" + i;
        String value =
            (i % 2 == 0 ? CANARY : "plain-text").repeat(1 + random.nextInt(round == 9 ? 900 : 60));
        writes.add(
            write(service, versions.getOrDefault(service, 0L), "password", null, value, Set.of()));
        versions.merge(service, 1L, Long::sum);
      }
      room.commit(writes.toArray(ServiceWrite[]::new));
    }
  }

  private void redactAll() {
    List<ServiceWrite> writes = new ArrayList<>();
    for (int i = 0; i < 60; i += 2) {
      writes.add(write("service-" + i, 20, "password", null, null, Set.of("password")));
    }
    room.commit(writes.toArray(ServiceWrite[]::new));
  }

  /** One setting, in the snapshot, the items and the history. */
  private static ServiceWrite.Put write(
      String service,
      long expected,
      String key,
      Object before,
      Object after,
      Set<String> redacted) {
    Map<String, Object> values = new HashMap<>();
    if (after != null) {
      values.put(key, after);
    }
    Item template = Room.item(key, "what it does", FieldType.STRING, Complexity.SIMPLE);
    return new ServiceWrite.Put(
        service,
        expected,
        Values.of(values),
        values.keySet(),
        List.of(new Item(template.field(), after == null ? "null" : "\"" + after + "\"")),
        Set.of(),
        List.of(new Difference(key, before, after)),
        Map.of(),
        Set.of(),
        redacted,
        "");
  }

  private List<HistoryEntry> history(String service, String key) {
    return room.ask(StorageRoutes.FIND_HISTORY, find(service, key)).entries();
  }

  private static FindHistory find(String service, String key) {
    return new FindHistory(Set.of(service), key, null, null, null, List.of(), 1000);
  }

  /** Whether it is in any byte of any file there is. */
  private boolean holdsCanary() throws IOException {
    boolean found = false;
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        found |= new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(CANARY);
      }
    }
    return found;
  }
}
