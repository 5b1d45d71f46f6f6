package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.LoadStored;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Values;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindHistoryTest {
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
  void findHistory_betweenCommits_seesEachOfThem() {
    room.ask(StorageRoutes.LOAD, new LoadStored());
    for (int version = 0; version < 6; version++) {
      room.ask(
          StorageRoutes.COMMIT,
          Room.change(history("a", version, new Difference("k", (long) version, version + 1L))));
      for (int reader = 0; reader < 3; reader++) {
        assertThat(found(new FindHistory(null, null, null, null, null, List.of(), 10)))
            .hasSize(version + 1);
      }
    }
  }

  @Test
  void findHistory_entry_isWhatWasWritten() {
    room.ask(
        StorageRoutes.COMMIT,
        new CommitChange(
            List.of(history("a", 0, new Difference("k", "old", 1e18))),
            List.of(),
            null,
            "anna",
            null,
            Instant.parse("2026-01-01T00:00:00.123456789Z")));

    assertThat(found(new FindHistory(null, null, null, null, null, List.of(), 10)))
        .containsExactly(
            new HistoryEntry(
                1,
                "a",
                "k",
                "old",
                1e18,
                Instant.parse("2026-01-01T00:00:00.123456Z"),
                "anna",
                null));
  }

  @Test
  void findHistory_filters_allApplyNewestFirst() {
    at("2026-01-01T00:00:00Z", "a", 0, "x");
    at("2026-01-01T00:00:00.5Z", "b", 0, "y");
    at("2026-01-01T00:00:01Z", "a", 1, "y");
    at("2026-01-01T00:00:01.000001Z", "a", 2, "x");

    assertThat(ids(null, null, null, null, null, List.of(), 10)).containsExactly(4L, 3L, 2L, 1L);
    assertThat(ids(Set.of("a"), null, null, null, null, List.of(), 2)).containsExactly(4L, 3L);
    assertThat(ids(Set.of("a"), "y", null, null, null, List.of(), 10)).containsExactly(3L);
    assertThat(ids(null, "y", null, null, null, List.of(), 10)).containsExactly(3L, 2L);
    assertThat(ids(null, null, null, null, 3L, List.of(), 10)).containsExactly(2L, 1L);
    assertThat(ids(null, null, null, null, null, List.of(1L, 4L, 9L), 10)).containsExactly(4L, 1L);
    assertThat(ids(Set.of(), null, null, null, null, List.of(), 10)).isEmpty();
  }

  @Test
  void findHistory_times_compareWhetherOrNotTheyHaveAFraction() {
    at("2026-01-01T00:00:00Z", "a", 0, "x");
    at("2026-01-01T00:00:00.5Z", "b", 0, "y");
    at("2026-01-01T00:00:01Z", "a", 1, "y");

    assertThat(between("2026-01-01T00:00:00.000001Z", null)).containsExactly(3L, 2L);
    assertThat(between("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z")).containsExactly(2L, 1L);
    assertThat(between(null, "2026-01-01T00:00:00.499999Z")).containsExactly(1L);
    assertThat(ids(null, null, Instant.MIN, Instant.MAX, null, List.of(), 10)).hasSize(3);
  }

  private List<Long> between(String from, String to) {
    return ids(
        null,
        null,
        from == null ? null : Instant.parse(from),
        to == null ? null : Instant.parse(to),
        null,
        List.of(),
        10);
  }

  private List<Long> ids(
      Set<String> services,
      String key,
      Instant from,
      Instant to,
      Long before,
      List<Long> ids,
      int limit) {
    return found(new FindHistory(services, key, from, to, before, ids, limit)).stream()
        .map(HistoryEntry::id)
        .toList();
  }

  private List<HistoryEntry> found(FindHistory question) {
    return room.ask(StorageRoutes.FIND_HISTORY, question).entries();
  }

  private void at(String time, String service, long expected, String key) {
    room.ask(
        StorageRoutes.COMMIT,
        new CommitChange(
            List.of(history(service, expected, new Difference(key, 1L, 2L))),
            List.of(),
            null,
            "anna",
            "because",
            Instant.parse(time)));
  }

  private static ServiceWrite history(String service, long expected, Difference difference) {
    return new ServiceWrite.Put(
        service, expected, Values.EMPTY, Set.of(), List.of(), Set.of(), List.of(difference));
  }
}
