package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands outside the manager, remembers what it acknowledged and looks whether it is still there.
 * One thread a service may write.
 */
final class Witness {
  /** What a service was acknowledged to hold, by version. */
  private final Map<String, Map<Long, String>> acknowledged = new ConcurrentHashMap<>();

  private final Map<String, Long> versions = new ConcurrentHashMap<>();
  private final AtomicLong serial = new AtomicLong();
  private final ManagerProcess manager;

  Witness(ManagerProcess manager, String... services) throws Exception {
    this.manager = manager;
    for (String service : services) {
      HttpResponse<String> made =
          manager.call(
              "PUT",
              "/api/config/services/" + service + "?untyped=true",
              manager.admin(),
              "{\"version\":0,\"config\":{\"value\":\"none\"}}");
      assertThat(made.statusCode()).as(made.body()).isIn(200, 201);
      acknowledged.put(service, new ConcurrentHashMap<>(Map.of(1L, "none")));
      versions.put(service, 1L);
    }
  }

  /** Starts a manager; one that does not get ready is ended, so that it is nobody's burden. */
  static ManagerProcess started(Path folder, Map<String, String> environment) throws Exception {
    ManagerProcess manager = ManagerProcess.prepare(folder, environment);
    try {
      manager.startAgain();
      return manager;
    } catch (AssertionError | Exception e) {
      manager.close();
      throw e;
    }
  }

  /** A change nobody made before, with so many characters more; remembered once acknowledged. */
  HttpResponse<String> write(String service, int size) throws IOException, InterruptedException {
    String value = "v" + serial.incrementAndGet() + "x".repeat(size);
    HttpResponse<String> response =
        manager.patch(
            service, versions.get(service), new JsonObject().put("value", value).encode());
    if (response.statusCode() == 200) {
      long version = new JsonObject(response.body()).getLong("version");
      versions.put(service, version);
      acknowledged.get(service).put(version, value);
    } else if (response.statusCode() == 409) {
      versions.put(service, new JsonObject(response.body()).getLong("current_version"));
    } else {
      assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
    }
    return response;
  }

  /** The newest version that was acknowledged. */
  long newest(String service) {
    return new TreeMap<>(acknowledged.get(service)).lastKey();
  }

  int count() {
    return acknowledged.values().stream().mapToInt(Map::size).sum();
  }

  /** Reads every service: what was acknowledged last, or newer, is what a reader gets. */
  void readsAreLive() throws Exception {
    for (String service : acknowledged.keySet()) {
      JsonObject state = manager.service(service);
      long version = state.getLong("version");
      assertThat(version).as(service).isGreaterThanOrEqualTo(newest(service));
      String value = acknowledged.get(service).get(version);
      if (value != null) {
        assertThat(state.getJsonObject("config").getString("value")).as(service).isEqualTo(value);
      }
    }
  }

  /** How many acknowledged changes are in no history, or of another value there. */
  long lost() throws Exception {
    long lost = 0;
    for (Map.Entry<String, Map<Long, String>> service : acknowledged.entrySet()) {
      Set<String> there = history(service.getKey());
      lost += service.getValue().values().stream().filter(v -> !there.contains(v)).count();
    }
    return lost;
  }

  private Set<String> history(String service) throws Exception {
    Set<String> values = new HashSet<>(Set.of("none"));
    String before = "";
    while (true) {
      HttpResponse<String> page =
          manager.get("/api/config/history?limit=100&service=" + service + before);
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      var entries = new JsonObject(page.body()).getJsonArray("entries");
      for (Object entry : entries) {
        JsonObject row = (JsonObject) entry;
        values.add(row.getString("new_value"));
        before = "&before=" + row.getLong("id");
      }
      if (entries.size() < 100) {
        return values;
      }
    }
  }

  JsonObject health() throws IOException, InterruptedException {
    HttpResponse<String> response = manager.call("GET", "/api/config/health", null, null);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new JsonObject(response.body());
  }

  /** The health with its causes, as somebody who may read sees it. */
  static JsonObject detail(ManagerProcess manager) throws IOException, InterruptedException {
    HttpResponse<String> response = manager.get("/api/config/health?detail=true");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new JsonObject(response.body());
  }

  /** Waits until a write is accepted and health says that all is well; gives the milliseconds. */
  long awaitWell(String service, Duration most) throws Exception {
    long start = System.nanoTime();
    await(most, "a write is accepted", () -> write(service, 0).statusCode() == 200, this::health);
    await(most, "all is well", () -> well(health()), this::health);
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  static boolean well(JsonObject health) {
    return health.getBoolean("ok") && health.getString("operational_mode").equals("normal");
  }

  static boolean fallback(JsonObject health) {
    return !health.getBoolean("ok")
        && health.getString("operational_mode").equals("read-only-fallback");
  }

  /** A 503 says what goes on and when to ask again. */
  static void isRefusal(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(response.headers().firstValue("Retry-After").orElse("")).matches("[1-9][0-9]*");
    assertThat(new JsonObject(response.body()).getString("operational_mode"))
        .as(response.body())
        .isEqualTo("read-only-fallback");
  }

  /** A condition that is asked for again and again. */
  interface Question {
    boolean ask() throws Exception;
  }

  /** What to say when the answer does not come. */
  interface Saying {
    Object say() throws Exception;
  }

  /** Asks until the answer is yes; gives the milliseconds. */
  static long await(Duration most, String what, Question question, Saying otherwise)
      throws Exception {
    long start = System.nanoTime();
    while (!question.ask()) {
      if (System.nanoTime() - start > most.toNanos()) {
        throw new AssertionError("not within %s: %s; %s".formatted(most, what, otherwise.say()));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  /** The 99th percentile of nanoseconds, in milliseconds. */
  static long p99(java.util.Collection<Long> nanos) {
    var sorted = nanos.stream().sorted().toList();
    return TimeUnit.NANOSECONDS.toMillis(sorted.get((sorted.size() - 1) * 99 / 100));
  }

  /** What SQLite itself finds wrong with a database that nobody uses; empty where it is whole. */
  static String damage(Path database) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("PRAGMA integrity_check")) {
      String said = result.getString(1);
      return said.equals("ok") ? "" : said;
    }
  }
}
