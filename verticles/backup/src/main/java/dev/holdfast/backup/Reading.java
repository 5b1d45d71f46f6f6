package dev.holdfast.backup;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one version of Litestream lays out a replica. Remembers what it saw, to ask for less; the
 * last of it is asked for again, since it may be gone.
 */
interface Reading {
  /** When the newest thing of either layout came. */
  static Future<@Nullable Instant> newest(Store store) {
    return at(either(store, new Generations(), new Transactions()));
  }

  /** When the newest piece of the log came, of 0.3. */
  static Future<@Nullable Instant> newestPiece(Store store) {
    return at(new Generations().look(store));
  }

  /** The newest thing of two layouts. */
  static Future<@Nullable Newest> either(Store store, Reading one, Reading other) {
    return one.look(store)
        .compose(found -> other.look(store).map(second -> Newest.later(found, second)));
  }

  private static Future<@Nullable Instant> at(Future<@Nullable Newest> newest) {
    return newest.map(found -> found == null ? null : found.at());
  }

  /** A name right before this one. */
  static String before(String name) {
    int last = name.length() - 1;
    return name.substring(0, last) + (char) (name.charAt(last) - 1);
  }

  /** The newest thing of this layout at the replica; null where there is none. */
  Future<@Nullable Newest> look(Store store);

  /** Litestream 0.3: generations, each with snapshots and pieces of the log. */
  final class Generations implements Reading {
    private final Map<String, String> seen = new HashMap<>();

    @Override
    public Future<@Nullable Newest> look(Store store) {
      return store
          .folders("generations")
          .compose(
              names -> {
                seen.keySet().removeIf(folder -> names.stream().noneMatch(folder::contains));
                Future<@Nullable Newest> newest = Future.succeededFuture(null);
                for (String name : names) {
                  newest =
                      newest.compose(known -> newest(store, "generations/" + name + "/wal", known));
                }
                return newest;
              });
    }

    private Future<@Nullable Newest> newest(Store store, String folder, @Nullable Newest known) {
      String after = seen.remove(folder);
      return store
          .list(folder, after)
          .compose(
              items -> {
                if (items.isEmpty()) {
                  return after == null
                      ? Future.succeededFuture(known)
                      : newest(store, folder, known); // what was there is gone
                }
                Store.Item last = items.get(items.size() - 1);
                seen.put(folder, Reading.before(last.name()));
                return Future.succeededFuture(Newest.later(known, new Newest(last.at(), null)));
              });
    }
  }

  /** Litestream 0.5: transactions, in levels of which each sums up the one below. */
  final class Transactions implements Reading {
    private static final Pattern FILE = Pattern.compile("[0-9a-f]{16}-([0-9a-f]{16})\\.ltx");
    private static final int[] LEVELS = {0, 1, 2, 3, 9};

    private @Nullable String seen;

    @Override
    public Future<@Nullable Newest> look(Store store) {
      return store
          .list(store.level(0), seen)
          .compose(
              items -> {
                if (items.isEmpty()) {
                  seen = null;
                  return above(store, 1, null);
                }
                seen = Reading.before(items.get(items.size() - 1).name());
                return Future.succeededFuture(newest(items));
              });
    }

    /** Of the lowest level nothing is kept for long. */
    private Future<@Nullable Newest> above(Store store, int level, @Nullable Newest known) {
      if (level == LEVELS.length) {
        return Future.succeededFuture(known);
      }
      return store
          .list(store.level(LEVELS[level]), null)
          .compose(items -> above(store, level + 1, Newest.later(known, newest(items))));
    }

    private static @Nullable Newest newest(List<Store.Item> items) {
      Newest newest = null;
      for (Store.Item item : items) {
        var name = FILE.matcher(item.name());
        if (name.matches()) {
          Position position = new Position(0, Long.parseUnsignedLong(name.group(1), 16));
          if (newest == null || newest.position() == null || position.atLeast(newest.position())) {
            newest = new Newest(item.at(), position);
          }
        }
      }
      return newest;
    }
  }
}
