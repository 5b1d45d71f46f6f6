package dev.holdfast.settings;

import dev.holdfast.model.ServiceSnapshot;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many secrets are sealed with which key; kept along, since counting all would take long. */
final class SealCount {
  private final Map<String, Integer> counts = new HashMap<>();

  void clear() {
    counts.clear();
  }

  /** A service is another now; null where there was, or is, none. */
  void replaced(@Nullable ServiceSnapshot before, @Nullable ServiceSnapshot after) {
    add(before, -1);
    add(after, 1);
  }

  /** How many are sealed with a key. */
  int under(String keyId) {
    return counts.getOrDefault(keyId, 0);
  }

  /** How many there are. */
  int all() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private void add(@Nullable ServiceSnapshot snapshot, int step) {
    if (snapshot != null) {
      snapshot.secrets().values().forEach(each -> counts.merge(each.keyId(), step, Integer::sum));
    }
  }
}
