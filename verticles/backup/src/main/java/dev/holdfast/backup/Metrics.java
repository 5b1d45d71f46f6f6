package dev.holdfast.backup;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Litestream tells of itself, as far as it can be trusted: how many times it has read the
 * database, and the positions. Its counters of errors stay 0 while the replica is away, so they are
 * left alone but for those of reading the database.
 *
 * @param syncs how often it has read all that was in the database's log
 * @param local how far it has read
 * @param replica how far the replica is, or null where it does not tell (0.5)
 */
record Metrics(long syncs, Position local, @Nullable Position replica) {
  private static final Pattern SAMPLE =
      Pattern.compile("(litestream_[a-z0-9_]+)\\{([^}]*)\\} ([0-9.eE+]+)");
  private static final Pattern DATABASE = Pattern.compile("(?:^|,)db=\"([^\"]*)\"");

  /**
   * Reads them from Prometheus' text format.
   *
   * @param database which of several databases; one alone may bear any path, as in a container
   * @return null where nothing is told of that database yet
   */
  static @Nullable Metrics read(String text, String database) {
    Map<String, Map<String, Double>> byDatabase = new HashMap<>();
    Set<String> databases = new HashSet<>();
    text.lines()
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .forEach(
            sample -> {
              Matcher label = DATABASE.matcher(sample.group(2));
              if (label.find() && label.group(1).startsWith("/")) {
                databases.add(label.group(1));
                byDatabase
                    .computeIfAbsent(label.group(1), name -> new HashMap<>())
                    .put(sample.group(1), Double.valueOf(sample.group(3)));
              }
            });
    Map<String, Double> samples = byDatabase.get(database);
    if (samples == null && databases.size() == 1) {
      samples = byDatabase.values().iterator().next();
    }
    return samples == null ? null : read(samples);
  }

  private static @Nullable Metrics read(Map<String, Double> samples) {
    long syncs = value(samples, "sync_count") - value(samples, "sync_error_count");
    if (samples.containsKey("litestream_txid")) {
      return new Metrics(syncs, new Position(0, value(samples, "txid")), null);
    }
    if (!samples.containsKey("litestream_shadow_wal_index")) {
      return null;
    }
    Position local =
        new Position(value(samples, "shadow_wal_index"), value(samples, "shadow_wal_size"));
    return new Metrics(
        syncs,
        local,
        samples.containsKey("litestream_replica_wal_index")
            ? new Position(
                value(samples, "replica_wal_index"), value(samples, "replica_wal_offset"))
            : new Position(0, 0));
  }

  private static long value(Map<String, Double> samples, String name) {
    return samples.getOrDefault("litestream_" + name, 0.0).longValue();
  }
}
