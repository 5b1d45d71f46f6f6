package dev.holdfast.settings;

import dev.holdfast.messages.settings.SearchHit;
import dev.holdfast.messages.settings.SearchPage;
import dev.holdfast.messages.settings.SearchSettings;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One search: counts what matches and keeps the best. Services come in order of their names and
 * settings in order of their keys, so that of equal scores the first ones found are the first ones
 * wanted. Takes milliseconds where there is much; for a worker thread, once.
 */
final class Search {
  private record Found(Searched in, String key) {}

  private final String query;
  private final int[] sought;
  private final @Nullable Complexity complexity;
  private final @Nullable FieldType type;
  private final int maxResults;

  /** By tenths. */
  private final List<List<Found>> best = new ArrayList<>();

  private long total;

  private Search(SearchSettings question) {
    this.query = question.query().toLowerCase(Locale.ROOT);
    this.sought = Grams.sought(query);
    this.complexity = question.complexity();
    this.type = question.type();
    this.maxResults = question.maxResults();
    for (int tenths = 0; tenths <= SearchText.EXACT; tenths++) {
      best.add(new ArrayList<>());
    }
  }

  /** Looks through services, which come in order of their names. */
  static SearchPage through(Iterable<Searched> services, SearchSettings question) {
    Search search = new Search(question);
    services.forEach(search::look);
    return search.page();
  }

  private void look(Searched service) {
    SearchText text = service.text();
    int least = service.service().contains(query) ? SearchText.SERVICE : 0;
    text.find(query, sought, least, (index, tenths) -> found(service, text.key(index), tenths));
  }

  private void found(Searched service, String key, int tenths) {
    if (complexity != null || type != null) {
      FieldSpec field = service.field(key);
      if ((complexity != null && field.complexity() != complexity)
          || (type != null && field.type() != type)) {
        return;
      }
    }
    total++;
    List<Found> equals = best.get(tenths);
    if (equals.size() < maxResults) {
      equals.add(new Found(service, key));
    }
  }

  private SearchPage page() {
    List<SearchHit> hits = new ArrayList<>();
    for (int tenths = SearchText.EXACT; tenths > 0; tenths--) {
      for (Found found : best.get(tenths)) {
        if (hits.size() < maxResults) {
          hits.add(found.in().hit(found.key(), tenths / 10.0));
        }
      }
    }
    return new SearchPage(hits, total);
  }
}
