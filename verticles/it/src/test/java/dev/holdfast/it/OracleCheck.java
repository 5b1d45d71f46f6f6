package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Holds a manager that is ready against an {@link Oracle}. The history of the services is walked
 * through by SQL: each change whole, once, intended, its version the next of the service, its
 * revision the next of the database, its old value the one before; each acknowledged one at its
 * version. Then the state over REST, the newest history over REST, and the files must be where the
 * walk ends.
 */
final class OracleCheck {
  private static final String ROWS =
      "SELECT id, service, key, old_value_json, new_value_json, revision, version"
          + " FROM config_history WHERE id > %d ORDER BY id";

  /** A change as the history has it. */
  private record Change(
      String service,
      long revision,
      long version,
      Map<String, String> from,
      Map<String, String> to) {
    boolean isWhole() {
      return to.size() == 2 && to.get("left").equals(to.get("right"));
    }

    String value() {
      return to.values().iterator().next();
    }
  }

  /** How far a walk came. */
  private static final class Walk {
    long lastId;
    long revision;
    final Map<String, Long> versions = new HashMap<>();
    final Map<String, String> values = new HashMap<>();
    final Map<String, Long> seen = new HashMap<>();
  }

  private final ManagerProcess manager;
  private final Oracle oracle;
  private final DiskFiles files;
  private final String epoch;
  private final long firstId;
  private final long firstRevision;
  private final Map<String, String> firstValues = new HashMap<>();
  private final List<String> lost = new ArrayList<>();
  private final List<String> torn = new ArrayList<>();
  private Walk walk;

  OracleCheck(ManagerProcess manager, Oracle oracle) throws Exception {
    this.manager = manager;
    this.oracle = oracle;
    this.files = new DiskFiles(manager);
    this.epoch = manager.service("one").getString("config_epoch");
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      firstId = number(statement, "SELECT coalesce(max(id), 0) FROM config_history");
      firstRevision = number(statement, "SELECT revision FROM meta");
    }
    Oracle.SERVICES.forEach(s -> firstValues.put(s, oracle.acknowledged(s).get(1L)));
    walk = beginning();
  }

  /** Acknowledged changes that were gone, and files that went back behind what was on disk. */
  List<String> lost() {
    return lost;
  }

  /** Changes and files of which a part was there. */
  List<String> torn() {
    return torn;
  }

  /** The files, looked at without the manager. */
  DiskFiles files() {
    return files;
  }

  /** Fails when anything was ever found. */
  void assertNothingFound() {
    assertThat(lost).as("acknowledged and gone").isEmpty();
    assertThat(torn).as("there in part, or never asked for").isEmpty();
  }

  /** Looks at what is new since the last time, or at everything; what is wrong is noted. */
  void verify(boolean everything) throws Exception {
    try {
      lookAt(everything);
    } catch (SQLException | RuntimeException | AssertionError e) {
      torn.add("cannot be read: " + e);
    }
  }

  private void lookAt(boolean everything) throws Exception {
    if (everything) {
      walk = beginning();
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (Change change : changes(statement)) {
        step(change);
      }
      if (number(statement, "SELECT revision FROM meta") != walk.revision) {
        lost.add("the history ends at " + walk.revision + ", before the database's revision");
      }
      if (everything) {
        check("ok", text(statement, "PRAGMA quick_check"), "quick_check");
      }
    }
    lost.addAll(oracle.contradictions());
    for (String service : Oracle.SERVICES) {
      oracle
          .acknowledged(service)
          .tailMap(walk.versions.get(service), false)
          .forEach((version, value) -> lost.add(service + " version " + version + ": " + value));
      verifyService(service);
    }
    verifyFiles();
  }

  private void step(Change change) {
    String service = change.service();
    long version = walk.versions.get(service) + 1;
    check(version, change.version(), "the version after " + service + " " + (version - 1));
    check(walk.revision + 1, change.revision(), "the revision after " + walk.revision);
    walk.versions.put(service, change.version());
    walk.revision = change.revision();
    String before = walk.values.put(service, change.value());
    if (!change.isWhole() || !oracle.isIntended(change.value())) {
      torn.add("half or unknown: " + change);
      return;
    }
    check(before, change.from().get("left"), "the old value in " + change);
    check(before, change.from().get("right"), "the old value in " + change);
    check(null, walk.seen.put(change.value(), change.revision()), change.value() + " twice");
    String acknowledged = oracle.acknowledged(service).get(change.version());
    if (acknowledged != null && !acknowledged.equals(change.value())) {
      lost.add("%s, its version holds %s".formatted(acknowledged, change));
    }
  }

  private void check(Object expected, Object found, String what) {
    if (!Objects.equals(expected, found)) {
      torn.add("%s: %s (expected: %s)".formatted(what, found, expected));
    }
  }

  private void verifyService(String service) throws Exception {
    JsonObject state = manager.service(service);
    check(walk.versions.get(service), state.getLong("version"), service + ": its version");
    check(epoch, state.getString("config_epoch"), service + ": its epoch");
    String value = walk.values.get(service);
    check(value, state.getJsonObject("config").getString("left"), service + ": left");
    check(value, state.getJsonObject("config").getString("right"), service + ": right");
    JsonObject newest =
        new JsonObject(manager.get("/api/config/history?limit=1&service=" + service).body());
    if (walk.versions.get(service) > 1) {
      check(
          value,
          newest.getJsonArray("entries").getJsonObject(0).getString("new_value"),
          service + ": the newest of the history over REST");
    }
  }

  /** The cache file and the epoch file follow the database within moments of the start. */
  private void verifyFiles() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    DiskFiles.Seen seen = files.look();
    while (!follows(seen) && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(10);
      seen = files.look();
    }
    torn.addAll(seen.broken());
    check(walk.revision, seen.lkgRevision(), "the revision of the last-known-good file");
    check(walk.revision, seen.epochRevision(), "the revision of the epoch file");
    check(List.of(epoch, epoch), seen.epochs(), "the epochs of the files");
    for (String service : Oracle.SERVICES) {
      String value = walk.values.get(service);
      check(
          new JsonObject().put("left", value).put("right", value),
          seen.lkgService(service),
          service + " in the last-known-good file");
      check(walk.versions.get(service), seen.lkgVersion(service), service + ": its version there");
    }
  }

  private boolean follows(DiskFiles.Seen seen) {
    return seen.broken().isEmpty()
        && seen.lkgRevision() == walk.revision
        && seen.epochRevision() == walk.revision;
  }

  private Walk beginning() {
    Walk fresh = new Walk();
    fresh.lastId = firstId;
    fresh.revision = firstRevision;
    fresh.values.putAll(firstValues);
    Oracle.SERVICES.forEach(service -> fresh.versions.put(service, 1L));
    return fresh;
  }

  private List<Change> changes(Statement statement) throws SQLException {
    Map<Long, Change> changes = new TreeMap<>();
    try (ResultSet row = statement.executeQuery(ROWS.formatted(walk.lastId))) {
      while (row.next()) {
        walk.lastId = row.getLong(1);
        String service = row.getString(2);
        long version = row.getLong(7);
        Change change =
            changes.computeIfAbsent(
                row.getLong(6),
                revision ->
                    new Change(service, revision, version, new TreeMap<>(), new TreeMap<>()));
        if (!change.service().equals(service)
            || change.version() != version
            || change.to().put(row.getString(3), plain(row.getString(5))) != null) {
          torn.add("row " + walk.lastId + " does not belong to " + change);
        }
        change.from().put(row.getString(3), plain(row.getString(4)));
      }
    }
    return List.copyOf(changes.values());
  }

  private static String plain(String json) {
    return new JsonObject("{\"v\":" + json + "}").getString("v");
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:sqlite:file:" + manager.data("config.db") + "?mode=ro");
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.getLong(1);
    }
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.getString(1);
    }
  }
}
