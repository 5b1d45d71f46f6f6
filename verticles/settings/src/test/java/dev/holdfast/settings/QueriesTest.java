package dev.holdfast.settings;

import static dev.holdfast.settings.Room.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.settings.HistoryPage;
import dev.holdfast.messages.settings.QueryHistory;
import dev.holdfast.messages.settings.SearchHit;
import dev.holdfast.messages.settings.SearchPage;
import dev.holdfast.messages.settings.SearchSettings;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.storage.ItemsFound;
import dev.holdfast.model.Caller;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldType;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class QueriesTest {
  private static final Caller BOB = new Caller("bob", Set.of("demo"), "r");

  private Room room;

  @BeforeEach
  void deploy(Vertx vertx) {
    room = new Room(vertx).start(Room.file("demo", Room.DEMO), Room.file("other", Room.DEMO));
  }

  @Test
  void search_hits_areFilledFromMemory() {
    room.put("demo", 1, "{'level': 5}");
    room.storage.found =
        new ItemsFound(
            List.of(
                new ItemsFound.Hit("demo", "level", 1.0),
                new ItemsFound.Hit("demo", "token", 0.5),
                new ItemsFound.Hit("gone", "level", 0.4),
                new ItemsFound.Hit("demo", "gone", 0.3)),
            9);
    SearchPage page = search("lev", null, Room.ANN);
    assertThat(page.totalCount()).isEqualTo(7);
    assertThat(page.hits())
        .containsExactly(
            new SearchHit(
                "demo", "level", 5L, FieldType.INTEGER, Complexity.ADVANCED, "Level", 1.0),
            new SearchHit("demo", "token", null, FieldType.SECRET, Complexity.ADVANCED, "", 0.5));
  }

  @Test
  void search_untypedService_tellsTypesByValue() {
    room.putUntyped("free", 0, "{'a': 1.5}");
    room.storage.found = new ItemsFound(List.of(new ItemsFound.Hit("free", "a", 1.0)), 1);
    assertThat(search("a", null, Room.ANN).hits())
        .extracting(SearchHit::type)
        .containsExactly(FieldType.FLOAT);
  }

  @Test
  void search_scopeAndFilter_areCombined() {
    search("x", null, Room.ANN);
    search("x", null, BOB);
    search("x", "demo", BOB);
    search("x", "other", Room.ANN);
    assertThat(room.storage.searches)
        .extracting(question -> question.services())
        .containsExactly(null, Set.of("demo"), Set.of("demo"), Set.of("other"));
    assertThat(search("x", "other", BOB).hits()).isEmpty();
    assertThat(search("x", "nowhere", Room.ANN).totalCount()).isZero();
    assertThat(room.storage.searches).hasSize(4);
  }

  @Test
  void search_outOfBounds_isInvalid() {
    failure(() -> search("", null, Room.ANN), FailureCode.INVALID);
    failure(
        () ->
            room.call(
                SettingsRoutes.SEARCH, new SearchSettings("x", null, null, null, 201, Room.ANN)),
        FailureCode.INVALID);
  }

  @Test
  void history_scopeIsKept_alsoForDeletedServices() {
    room.put("demo", 1, "{'level': 5}");
    room.delete("demo", 2);
    room.put("other", 1, "{'level': 6}");
    assertThat(history("demo", Room.ANN).entries()).isNotEmpty();
    assertThat(history(null, BOB).entries())
        .isNotEmpty()
        .allMatch(entry -> entry.service().equals("demo"));
    assertThat(history("other", BOB).entries()).isEmpty();
    failure(
        () ->
            room.call(
                SettingsRoutes.HISTORY,
                new QueryHistory(null, null, null, null, null, 1001, Room.ANN)),
        FailureCode.INVALID);
  }

  @Test
  void history_ofWhatIsASecretToday_isMasked() {
    room.storage.history.add(
        new HistoryEntry(1, "demo", "token", null, "s3cret", Room.NOW, "ann", null));
    assertThat(history("demo", Room.ANN).entries())
        .extracting(HistoryEntry::oldValue, HistoryEntry::newValue)
        .containsExactly(Tuple.tuple(null, "********"));
  }

  @Test
  void restore_ofASecret_isSkipped() {
    room.storage.history.add(
        new HistoryEntry(1, "demo", "token", "s3cret", null, Room.NOW, "ann", null));
    assertThat(room.restore("demo", 1L).message()).isEqualTo("nothing changed");
  }

  private SearchPage search(String query, String service, Caller caller) {
    return room.call(
        SettingsRoutes.SEARCH, new SearchSettings(query, service, null, null, 50, caller));
  }

  private HistoryPage history(String service, Caller caller) {
    return room.call(
        SettingsRoutes.HISTORY, new QueryHistory(service, null, null, null, null, 100, caller));
  }
}
