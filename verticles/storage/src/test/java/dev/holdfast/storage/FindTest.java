package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.FindItems;
import dev.holdfast.messages.storage.Item;
import dev.holdfast.messages.storage.ItemsFound;
import dev.holdfast.messages.storage.ItemsFound.Hit;
import dev.holdfast.messages.storage.LoadStored;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.Values;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindTest {
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
  void findItems_everyKindOfMatch_isScoredBestFirst() {
    items("a", Room.item("other", "Sets the Volume"), Room.item("tv_volume", "x"));
    items("b", Room.item("volume", "x"), Room.item("volume_percent", "x"));
    items("volume-worker", Room.item("unrelated", "x"));

    assertThat(find("VOLUME").items())
        .containsExactly(
            new Hit("b", "volume", 1.0),
            new Hit("b", "volume_percent", 0.8),
            new Hit("a", "tv_volume", 0.6),
            new Hit("volume-worker", "unrelated", 0.4),
            new Hit("a", "other", 0.2));
  }

  @Test
  void findItems_equalScores_areInOrderOfServiceAndKey() {
    items("b", Room.item("x_two", "d"), Room.item("x_one", "d"));
    items("a", Room.item("x_three", "d"));

    ItemsFound found = find("x_", 2);

    assertThat(found.items())
        .containsExactly(new Hit("a", "x_three", 0.8), new Hit("b", "x_one", 0.8));
    assertThat(found.totalCount()).isEqualTo(3);
  }

  @Test
  void findItems_oneCharacter_isEnough() {
    items("a", Room.item("key", "qux"), Room.item("zed", "x"));

    assertThat(find("q").items()).containsExactly(new Hit("a", "key", 0.2));
    assertThat(find("ö").totalCount()).isZero();
  }

  @Test
  void findItems_wildcards_areLiteral() {
    items("a", Room.item("percent", "0 to 100 %"), Room.item("two_words", "x"));
    items("b", Room.item("star", "* ? [a-z] \\ ' \""));

    assertThat(find("%").items()).containsExactly(new Hit("a", "percent", 0.2));
    assertThat(find("_").items()).containsExactly(new Hit("a", "two_words", 0.6));
    assertThat(find("* ? [A-Z] \\ ' \"").items()).containsExactly(new Hit("b", "star", 0.2));
  }

  @Test
  void findItems_otherAlphabets_matchWhateverTheCase() {
    items("a", Room.item("one", "LAUTSTÄRKE"), Room.item("two", "громкость"));

    assertThat(find("stärke").items()).containsExactly(new Hit("a", "one", 0.2));
    assertThat(find("ГРОМ").items()).containsExactly(new Hit("a", "two", 0.2));
  }

  @Test
  void findItems_filters_allApply() {
    items(
        "a",
        Room.item("k_one", "d", FieldType.STRING, Complexity.SIMPLE),
        Room.item("k_two", "d", FieldType.INTEGER, Complexity.ADVANCED));
    items("b", Room.item("k_three", "d", FieldType.STRING, Complexity.ADVANCED));

    assertThat(keys(new FindItems("k", Set.of("a"), null, null, 50)))
        .containsExactly("k_one", "k_two");
    assertThat(keys(new FindItems("k", null, Complexity.ADVANCED, null, 50)))
        .containsExactly("k_two", "k_three");
    assertThat(keys(new FindItems("k", null, null, FieldType.STRING, 50)))
        .containsExactly("k_one", "k_three");
    assertThat(keys(new FindItems("k", Set.of("a"), Complexity.ADVANCED, FieldType.STRING, 50)))
        .isEmpty();
    assertThat(keys(new FindItems("k", Set.of(), null, null, 50))).isEmpty();
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

  private void items(String service, Item... items) {
    room.commit(
        new ServiceWrite.Put(
            service, 0, Values.EMPTY, Set.of(), List.of(items), Set.of(), List.of()));
  }

  private ItemsFound find(String query) {
    return find(query, 50);
  }

  private ItemsFound find(String query, int limit) {
    return room.ask(StorageRoutes.FIND_ITEMS, new FindItems(query, null, null, null, limit));
  }

  private List<String> keys(FindItems question) {
    return room.ask(StorageRoutes.FIND_ITEMS, question).items().stream().map(Hit::key).toList();
  }
}
