package dev.holdfast.settings;

import static dev.holdfast.settings.Room.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.settings.HistoryPage;
import dev.holdfast.messages.settings.QueryHistory;
import dev.holdfast.messages.settings.SearchHit;
import dev.holdfast.messages.settings.SearchPage;
import dev.holdfast.messages.settings.SearchSettings;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.model.Caller;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    SearchPage page = search("lev", null, Room.ANN);
    assertThat(page.totalCount()).isEqualTo(2);
    assertThat(page.hits())
        .containsExactly(
            new SearchHit(
                "demo", "level", 5L, FieldType.INTEGER, Complexity.ADVANCED, "Level", 0.8),
            new SearchHit(
                "other", "level", 3L, FieldType.INTEGER, Complexity.ADVANCED, "Level", 0.8));
  }

  @Test
  void search_secret_hasNoValue() {
    room.patch("demo", 1, "{'token': 's3cret'}");
    assertThat(search("token", "demo", Room.ANN).hits())
        .containsExactly(
            new SearchHit("demo", "token", null, FieldType.SECRET, Complexity.ADVANCED, "", 1.0));
    assertThat(search("s3cret", null, Room.ANN).totalCount()).isZero();
  }

  @Test
  void search_untypedService_tellsTypesByValue() {
    room.putUntyped("free", 0, "{'a': 1.5}");
    assertThat(search("a", "free", Room.ANN).hits())
        .extracting(SearchHit::type)
        .containsExactly(FieldType.FLOAT);
    room.putUntyped("free", 1, "{'a': true, 'b': 1}");
    assertThat(search("fre", null, Room.ANN).hits())
        .extracting(SearchHit::key, SearchHit::type)
        .containsExactly(Tuple.tuple("a", FieldType.BOOLEAN), Tuple.tuple("b", FieldType.INTEGER));
    assertThat(
            room.call(
                    SettingsRoutes.SEARCH,
                    new SearchSettings("free", null, null, FieldType.INTEGER, 50, Room.ANN))
                .hits())
        .extracting(SearchHit::key)
        .containsExactly("b");
  }

  @Test
  void search_deletedAndMadeAgain_isFoundWhileItIsThere() {
    room.delete("demo", 1);
    assertThat(search("level", null, Room.ANN).hits())
        .extracting(SearchHit::service)
        .containsExactly("other");
    room.put("demo", 0, "{'level': 7}");
    assertThat(search("level", null, Room.ANN).hits())
        .extracting(SearchHit::service, SearchHit::value)
        .containsExactly(Tuple.tuple("demo", 7L), Tuple.tuple("other", 3L));
  }

  @Test
  void search_otherSchema_isSearchedInPlaceOfTheOneBefore() {
    room.putSchema("made", "'size': {'type':'integer','default':3,'description':'How large'}");
    assertThat(search("LARGE", null, Room.ANN).totalCount()).isEqualTo(1);
    room.putSchema("made", "'size': {'type':'integer','default':3,'description':'How wide'}");
    assertThat(search("large", null, Room.ANN).totalCount()).isZero();
    assertThat(search("wide", null, Room.ANN).hits())
        .extracting(SearchHit::service, SearchHit::description)
        .containsExactly(Tuple.tuple("made", "How wide"));
  }

  @Test
  void search_scopeAndFilter_areCombined() {
    assertThat(found("level", null, Room.ANN)).containsExactly("demo", "other");
    assertThat(found("level", null, BOB)).containsExactly("demo");
    assertThat(found("level", "demo", BOB)).containsExactly("demo");
    assertThat(found("level", "other", Room.ANN)).containsExactly("other");
    assertThat(search("level", "other", BOB)).isEqualTo(new SearchPage(List.of(), 0));
    assertThat(search("level", "nowhere", Room.ANN).totalCount()).isZero();
    assertThat(found("level", null, new Caller("eve", Set.of("other", "gone", "demo"), "r")))
        .containsExactly("demo", "other");
  }

  @Test
  void search_databaseAway_findsWhatIsServed() {
    room.storage.fault = BusFailure.of(FailureCode.STORAGE_FAILED, "away");
    failure(() -> room.put("demo", 1, "{'level': 5}"), FailureCode.STORAGE_FAILED);
    assertThat(found("level", null, Room.ANN)).containsExactly("demo", "other");
  }

  @Test
  void search_tooManyWaiting_isUnavailable(Vertx vertx) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    for (int i = 0; i < 100; i++) {
      vertx
          .createSharedWorkerExecutor("settings-search")
          .executeBlocking(() -> held.await(20, TimeUnit.SECONDS), false);
    }
    List<Future<SearchPage>> waiting = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      waiting.add(room.bus.call(SettingsRoutes.SEARCH, question("level", null, Room.ANN)));
    }
    failure(() -> search("level", null, Room.ANN), FailureCode.UNAVAILABLE);
    held.countDown();
    for (Future<SearchPage> each : waiting) {
      assertThat(Room.await(each).totalCount()).isEqualTo(2);
    }
    assertThat(search("level", null, Room.ANN).totalCount()).isEqualTo(2);
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
    return room.call(SettingsRoutes.SEARCH, question(query, service, caller));
  }

  private static SearchSettings question(String query, String service, Caller caller) {
    return new SearchSettings(query, service, null, null, 50, caller);
  }

  private List<String> found(String query, String service, Caller caller) {
    return search(query, service, caller).hits().stream().map(SearchHit::service).toList();
  }

  private HistoryPage history(String service, Caller caller) {
    return room.call(
        SettingsRoutes.HISTORY, new QueryHistory(service, null, null, null, null, 100, caller));
  }
}
