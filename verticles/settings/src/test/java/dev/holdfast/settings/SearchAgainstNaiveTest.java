package dev.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.settings.SearchHit;
import dev.holdfast.messages.settings.SearchPage;
import dev.holdfast.messages.settings.SearchSettings;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.FieldType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The search against one that looks at each setting by itself; names and texts by a seed. */
class SearchAgainstNaiveTest {
  private static final int QUERIES = 1_000;
  private static final List<FieldType> TYPES = List.of(FieldType.values());

  /** Few, so that parts of names and texts come again; some change their length in lower case. */
  private static final String[] LETTERS = {
    "a", "b", "E", "ä", "Ö", "ß", "İ", "Ж", "ж", "漢", "🔊", " ", "\n", "%", "_", ".", "a", "e", "t"
  };

  private final Random random = new Random(20261122);
  private final Map<String, Searched> services = new TreeMap<>();
  private final List<FieldSpec> settings = new ArrayList<>();
  private int most;

  @BeforeEach
  void make() {
    for (int i = 0; i < 120; i++) {
      String name = name(1 + random.nextInt(4)) + "-" + i;
      Map<String, FieldSpec> fields = new TreeMap<>();
      for (int count = random.nextInt(60); count > 0; count--) {
        String key = name(1 + random.nextInt(5));
        fields.put(key, SearchTest.item(key, text(random.nextInt(40)), type(), complexity()));
      }
      settings.addAll(fields.values());
      services.put(name, SearchTest.service(name, fields.values().toArray(FieldSpec[]::new)));
    }
    assertThat(settings).hasSizeGreaterThan(2_000);
  }

  @Test
  void search_anyOneOrTwoCharacters_isAsTheNaiveOne() {
    agree(1, 2);
    assertThat(most).isGreaterThan(1_000);
  }

  @Test
  void search_anyThreeToTwentyCharacters_isAsTheNaiveOne() {
    agree(3, 20);
    assertThat(most).isGreaterThan(20);
  }

  private void agree(int shortest, int longest) {
    int found = 0;
    for (int i = 0; i < QUERIES; i++) {
      String query = query(shortest + random.nextInt(longest - shortest + 1));
      SearchSettings question =
          SearchTest.question(
              query,
              random.nextInt(3) > 0 ? null : complexity(),
              random.nextInt(3) > 0 ? null : type(),
              1 + random.nextInt(200));
      SearchPage page = Search.through(services.values(), question);
      assertThat(page).as("%s", question).isEqualTo(naive(question));
      found += page.totalCount() > 0 ? 1 : 0;
      most = Math.max(most, (int) page.totalCount());
    }
    assertThat(found).as("queries with hits").isBetween(QUERIES / 2, QUERIES - 1);
  }

  private SearchPage naive(SearchSettings question) {
    List<SearchHit> hits = new ArrayList<>();
    String query = question.query().toLowerCase(Locale.ROOT);
    for (Searched service : services.values()) {
      for (FieldSpec field : service.schema().schema().fields()) {
        double score = score(service.service(), field, query);
        boolean wanted =
            (question.complexity() == null || question.complexity() == field.complexity())
                && (question.type() == null || question.type() == field.type());
        if (score > 0 && wanted) {
          hits.add(
              new SearchHit(
                  service.service(),
                  field.key(),
                  null,
                  field.type(),
                  field.complexity(),
                  field.description(),
                  score));
        }
      }
    }
    hits.sort(
        Comparator.comparingDouble(SearchHit::score)
            .reversed()
            .thenComparing(SearchHit::service)
            .thenComparing(SearchHit::key));
    return new SearchPage(
        hits.subList(0, Math.min(hits.size(), question.maxResults())), hits.size());
  }

  private static double score(String service, FieldSpec field, String query) {
    if (field.key().equals(query)) {
      return 1.0;
    }
    if (field.key().startsWith(query)) {
      return 0.8;
    }
    if (field.key().contains(query)) {
      return 0.6;
    }
    if (service.contains(query)) {
      return 0.4;
    }
    return field.description().toLowerCase(Locale.ROOT).contains(query) ? 0.2 : 0;
  }

  /** Mostly a part of what there is, in some case; else anything. */
  private String query(int length) {
    if (random.nextInt(4) == 0) {
      return text(length);
    }
    FieldSpec field = settings.get(random.nextInt(settings.size()));
    String from = random.nextBoolean() ? field.key() : field.description();
    int[] points = from.codePoints().toArray();
    int begin = random.nextInt(points.length + 1);
    String part = new String(points, begin, Math.min(length, points.length - begin));
    String cased = random.nextBoolean() ? part.toUpperCase(Locale.ROOT) : part;
    return cased.isEmpty() ? field.key() : cased;
  }

  private String name(int length) {
    StringBuilder name = new StringBuilder("k");
    for (int i = 1; i < length; i++) {
      name.append("abekt".charAt(random.nextInt(5)));
    }
    return name.toString();
  }

  private String text(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return text.toString();
  }

  private FieldType type() {
    return TYPES.get(random.nextInt(TYPES.size()));
  }

  private Complexity complexity() {
    return random.nextBoolean() ? Complexity.SIMPLE : Complexity.ADVANCED;
  }
}
