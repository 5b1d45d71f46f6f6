package dev.holdfast.settings;

import dev.holdfast.messages.settings.SearchHit;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.ServiceSnapshot;

/**
 * A service as search sees it, at one moment and from any thread.
 *
 * @param snapshot its settings
 * @param schema its shape
 */
record Searched(ServiceSnapshot snapshot, CompiledSchema schema) {
  String service() {
    return snapshot.service();
  }

  SearchText text() {
    return schema.searchText(snapshot.effective());
  }

  FieldSpec field(String key) {
    return schema.describe(key, snapshot.effective().get(key));
  }

  SearchHit hit(String key, double score) {
    FieldSpec field = field(key);
    return new SearchHit(
        service(),
        key,
        field.secret() ? null : snapshot.effective().get(key),
        field.type(),
        field.complexity(),
        field.description(),
        score);
  }
}
