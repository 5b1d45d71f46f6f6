package dev.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.settings.SearchHit;
import dev.holdfast.messages.settings.SearchPage;
import dev.holdfast.messages.settings.SearchSettings;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Validation;
import dev.holdfast.model.Values;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class SearchTest {
  private final Map<String, Searched> services = new TreeMap<>();

  @Test
  void search_everyKindOfMatch_isScoredBestFirst() {
    items("a", item("other", "Sets the Volume"), item("tv_volume", "x"));
    items("b", item("volume", "x"), item("volume_percent", "x"));
    items("volume-worker", item("unrelated", "x"));

    assertThat(places(find("VOLUME", 50)))
        .containsExactly(
            Tuple.tuple("b", "volume", 1.0),
            Tuple.tuple("b", "volume_percent", 0.8),
            Tuple.tuple("a", "tv_volume", 0.6),
            Tuple.tuple("volume-worker", "unrelated", 0.4),
            Tuple.tuple("a", "other", 0.2));
  }

  @Test
  void search_keyInAServiceOfThatName_scoresAsTheKeyDoes() {
    items("volume-worker", item("a", "the volume"), item("my_volume", "x"), item("volume", "x"));

    assertThat(places(find("volume", 50)))
        .containsExactly(
            Tuple.tuple("volume-worker", "volume", 1.0),
            Tuple.tuple("volume-worker", "my_volume", 0.6),
            Tuple.tuple("volume-worker", "a", 0.4));
  }

  @Test
  void search_equalScores_areInOrderOfServiceAndKey() {
    items("b", item("x_two", "d"), item("x_one", "d"));
    items("a", item("x_three", "d"));

    SearchPage found = find("x_", 2);

    assertThat(places(found))
        .containsExactly(Tuple.tuple("a", "x_three", 0.8), Tuple.tuple("b", "x_one", 0.8));
    assertThat(found.totalCount()).isEqualTo(3);
  }

  @Test
  void search_oneCharacter_isEnough() {
    items("a", item("key", "qux"), item("zed", "x"));

    assertThat(places(find("q", 50))).containsExactly(Tuple.tuple("a", "key", 0.2));
    assertThat(find("ö", 50).totalCount()).isZero();
  }

  @Test
  void search_oneCharacter_findsAll() {
    for (String service : List.of("b", "a")) {
      items(
          service,
          Stream.of("x", "ax", "b", "c")
              .map(key -> item(key, key.contains("x") ? "" : "an X"))
              .toArray(FieldSpec[]::new));
    }

    SearchPage found = find("x", 3);

    assertThat(found.totalCount()).isEqualTo(8);
    assertThat(places(found))
        .containsExactly(
            Tuple.tuple("a", "x", 1.0), Tuple.tuple("b", "x", 1.0), Tuple.tuple("a", "ax", 0.6));
  }

  @Test
  void search_wildcards_areLiteral() {
    items("a", item("percent", "0 to 100 %"), item("two_words", "x"));
    items("b", item("star", "* ? [a-z] \\ ' \""));

    assertThat(places(find("%", 50))).containsExactly(Tuple.tuple("a", "percent", 0.2));
    assertThat(places(find("_", 50))).containsExactly(Tuple.tuple("a", "two_words", 0.6));
    assertThat(places(find("* ? [A-Z] \\ ' \"", 50)))
        .containsExactly(Tuple.tuple("b", "star", 0.2));
  }

  @Test
  void search_otherAlphabets_matchWhateverTheCase() {
    items("a", item("one", "LAUTSTÄRKE"), item("two", "громкость"), item("three", "İSTANBUL 🔊"));

    assertThat(places(find("stärke", 50))).containsExactly(Tuple.tuple("a", "one", 0.2));
    assertThat(places(find("ГРОМ", 50))).containsExactly(Tuple.tuple("a", "two", 0.2));
    assertThat(places(find("🔊", 50))).containsExactly(Tuple.tuple("a", "three", 0.2));
    assertThat(places(find("İstan", 50))).containsExactly(Tuple.tuple("a", "three", 0.2));
  }

  @Test
  void search_textAcrossSettings_isNoMatch() {
    items("a", item("one", "first\nline"), item("two", "second"));

    assertThat(places(find("\nline", 50))).containsExactly(Tuple.tuple("a", "one", 0.2));
    for (String across : List.of("one\nfirst", "line\ntwo", "line\n", "second\n", "\ntwo")) {
      assertThat(find(across, 50).totalCount()).as(across).isZero();
    }
  }

  @Test
  void search_matchAcrossSettingsBeforeARealOne_isFound() {
    items("a", item("x", "x\n"), item("y", "\nx"));

    assertThat(places(find("\nx", 50))).containsExactly(Tuple.tuple("a", "y", 0.2));
    assertThat(places(find("x\n", 50))).containsExactly(Tuple.tuple("a", "x", 0.2));
  }

  @Test
  void search_filters_allApply() {
    items(
        "a",
        item("k_one", "d", FieldType.STRING, Complexity.SIMPLE),
        item("k_two", "d", FieldType.INTEGER, Complexity.ADVANCED));
    items("b", item("k_three", "d", FieldType.STRING, Complexity.ADVANCED));

    assertThat(keys(Complexity.ADVANCED, null)).containsExactly("k_two", "k_three");
    assertThat(keys(null, FieldType.STRING)).containsExactly("k_one", "k_three");
    assertThat(keys(Complexity.ADVANCED, FieldType.STRING)).containsExactly("k_three");
    services.remove("b");
    assertThat(keys(Complexity.ADVANCED, FieldType.STRING)).isEmpty();
    assertThat(keys(null, null)).containsExactly("k_one", "k_two");
    assertThat(find("k_two", 50).totalCount()).isEqualTo(1);
  }

  @Test
  void search_servedButUnknownToTheSchema_isFound() {
    ServiceSchema schema =
        new ServiceSchema("a", SchemaOrigin.SHIPPED, "{}", List.of(item("known", "x")));
    add(schema, Values.of(Map.of("stray", 4L)));

    assertThat(find("stray", 50).hits())
        .containsExactly(
            new SearchHit("a", "stray", 4L, FieldType.INTEGER, Complexity.ADVANCED, "", 1.0));
    assertThat(find("known", 50).totalCount()).isEqualTo(1);
  }

  @Test
  void searchText_otherValuesOnly_isMadeOnce() {
    CompiledSchema untyped = CompiledSchema.untyped("a");
    SearchText first = untyped.searchText(Values.of(Map.of("x", 1L)));

    assertThat(untyped.searchText(Values.of(Map.of("x", 2L)))).isSameAs(first);
    assertThat(untyped.searchText(Values.of(Map.of("y", 2L)))).isNotSameAs(first);
  }

  static FieldSpec item(String key, String description) {
    return item(key, description, FieldType.INTEGER, Complexity.SIMPLE);
  }

  static FieldSpec item(String key, String description, FieldType type, Complexity complexity) {
    return new FieldSpec(
        key,
        type,
        false,
        complexity,
        description,
        null,
        List.of(),
        null,
        Validation.NONE,
        false,
        null);
  }

  /** A service of these settings, which have no values. */
  static Searched service(String name, FieldSpec... items) {
    List<FieldSpec> sorted = Stream.of(items).sorted(Comparator.comparing(FieldSpec::key)).toList();
    return service(new ServiceSchema(name, SchemaOrigin.SHIPPED, "{}", sorted), Values.EMPTY);
  }

  private static Searched service(ServiceSchema schema, Values effective) {
    return new Searched(
        new ServiceSnapshot(
            schema.service(),
            1,
            1,
            FakeStorage.EPOCH,
            Room.NOW,
            "ann",
            effective,
            Set.of(),
            schema),
        new CompiledSchema(schema, Map.of(), null));
  }

  static SearchSettings question(
      String query, Complexity complexity, FieldType type, int maxResults) {
    return new SearchSettings(query, null, complexity, type, maxResults, Room.ANN);
  }

  private void items(String name, FieldSpec... items) {
    services.put(name, service(name, items));
  }

  private void add(ServiceSchema schema, Values effective) {
    services.put(schema.service(), service(schema, effective));
  }

  private SearchPage find(String query, int limit) {
    return Search.through(services.values(), question(query, null, null, limit));
  }

  private List<String> keys(Complexity complexity, FieldType type) {
    return Search.through(services.values(), question("k", complexity, type, 50)).hits().stream()
        .map(SearchHit::key)
        .toList();
  }

  private static List<Tuple> places(SearchPage page) {
    return page.hits().stream()
        .map(hit -> Tuple.tuple(hit.service(), hit.key(), hit.score()))
        .toList();
  }
}
