package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * What a manager was asked and what it answered, kept outside its process. Writers patch two keys
 * of a service at a time, always to the same new value, so that half a change shows; the intent is
 * noted before the request goes out, the acknowledgement when the answer has come. A change without
 * an answer, or with an answer other than success, may be there or not, but never in part.
 */
final class Oracle {
  static final List<String> SERVICES = List.of("one", "two", "three", "four");

  private final ManagerProcess manager;
  private final Set<String> intended = ConcurrentHashMap.newKeySet();
  private final Map<String, ConcurrentNavigableMap<Long, String>> acknowledged =
      new ConcurrentHashMap<>();
  private final AtomicInteger serial = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger late = new AtomicInteger();
  private final AtomicBoolean deaf = new AtomicBoolean();
  private final AtomicLong firstRefusal = new AtomicLong();
  private final Queue<String> contradictions = new ConcurrentLinkedQueue<>();
  private final List<Thread> writers = new ArrayList<>();
  private AtomicBoolean writing = new AtomicBoolean();
  private int acknowledgedBefore;
  private OracleCheck check;

  Oracle(ManagerProcess manager) {
    this.manager = manager;
  }

  /** Makes the services; the manager is ready. */
  void begin() throws Exception {
    for (String service : SERVICES) {
      String first = value(service);
      HttpResponse<String> response =
          manager.call(
              "PUT",
              "/api/config/services/" + service + "?untyped=true",
              manager.admin(),
              new JsonObject().put("version", 0).put("config", both(first)).encode());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      acknowledged.put(service, new ConcurrentSkipListMap<>(Map.of(1L, first)));
    }
    check = new OracleCheck(manager, this);
  }

  /** Holds the manager, which is ready, against all that is known here. */
  OracleCheck check() {
    return check;
  }

  boolean isIntended(String value) {
    return intended.contains(value);
  }

  /** The value of each acknowledged version of a service. */
  ConcurrentNavigableMap<Long, String> acknowledged(String service) {
    return acknowledged.get(service);
  }

  /** Answers that cannot be, such as a version given twice. */
  Queue<String> contradictions() {
    return contradictions;
  }

  int acknowledgedInAll() {
    return acknowledged.values().stream().mapToInt(Map::size).sum();
  }

  /** How many changes were answered with 503 so far. */
  int refused() {
    return refused.get();
  }

  /** When the first 503 came since the writers were started, by {@link System#nanoTime()}; or 0. */
  long firstRefusal() {
    return firstRefusal.get();
  }

  /** Has so many threads write until they are stopped or the manager is gone. */
  void startWriters(int count) {
    AtomicBoolean on = new AtomicBoolean(true);
    writing = on;
    firstRefusal.set(0);
    deaf.set(false);
    acknowledgedBefore = acknowledgedInAll();
    for (int i = 0; i < count; i++) {
      String service = SERVICES.get(i % SERVICES.size());
      Thread writer = new Thread(() -> write(service, on), "writer-" + i);
      writers.add(writer);
      writer.start();
    }
  }

  /** Waits for the first change that they got through. */
  void awaitAcknowledgement() {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(20))
        .until(() -> acknowledgedInAll() > acknowledgedBefore);
  }

  /**
   * From now on no acknowledgement counts until writers are started again: called before the power
   * is cut, because the kernel's stand-in for a cut lets a process live on, and an fsync that it
   * meets half-way may still return well.
   */
  void goDeaf() {
    deaf.set(true);
  }

  /** How many acknowledgements came too late to count. */
  int late() {
    return late.get();
  }

  /** Stops them, and waits for their last answers. */
  void stopWriters() throws InterruptedException {
    writing.set(false);
    awaitWriters();
  }

  /** Waits for writers whose manager is gone. */
  void awaitWriters() throws InterruptedException {
    for (Thread writer : writers) {
      writer.join(TimeUnit.SECONDS.toMillis(30));
      assertThat(writer.isAlive()).as("%s ends", writer.getName()).isFalse();
    }
    writers.clear();
  }

  /** One change after another until one is acknowledged, for at most so long. */
  void writeOne(String service, long millis) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long version = manager.service(service).getLong("version");
    long before = version;
    while (version == before) {
      version = attempt(service, version);
      assertThat(System.nanoTime())
          .as("a write is taken within %d ms", millis)
          .isLessThan(deadline);
    }
  }

  /** So many changes, one after the other, whatever is answered; gives how many were not taken. */
  int writeInTurn(int changes) throws IOException, InterruptedException {
    firstRefusal.set(0);
    deaf.set(false);
    int before = refused.get();
    Map<String, Long> versions = new HashMap<>();
    for (String service : SERVICES) {
      versions.put(service, manager.service(service).getLong("version"));
    }
    for (int i = 0; i < changes; i++) {
      String service = SERVICES.get(i % SERVICES.size());
      versions.put(service, attempt(service, versions.get(service)));
    }
    return refused.get() - before;
  }

  private void write(String service, AtomicBoolean on) {
    try {
      long version = manager.service(service).getLong("version");
      while (on.get()) {
        version = attempt(service, version);
      }
    } catch (IOException e) {
      serial.incrementAndGet(); // The process is gone, as it should be.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One change; gives the version that the next one starts from. */
  private long attempt(String service, long version) throws IOException, InterruptedException {
    String value = value(service);
    HttpResponse<String> response = manager.patch(service, version, both(value).encode());
    JsonObject body = new JsonObject(response.body());
    switch (response.statusCode()) {
      case 200 -> {
        if (deaf.get()) {
          late.incrementAndGet();
          throw new IOException("an answer after the power was cut");
        }
        long acknowledgedVersion = body.getLong("version");
        String other = acknowledged.get(service).put(acknowledgedVersion, value);
        if (other != null) {
          contradictions.add(
              "%s version %d: given to %s and to %s"
                  .formatted(service, acknowledgedVersion, other, value));
        }
        return acknowledgedVersion;
      }
      case 409 -> {
        return body.getLong("current_version");
      }
      case 503 -> {
        firstRefusal.compareAndSet(0, System.nanoTime());
        refused.incrementAndGet();
        TimeUnit.MILLISECONDS.sleep(20);
        return version;
      }
      default -> {
        contradictions.add(value + ": " + response.statusCode() + " " + response.body());
        throw new IOException(response.body());
      }
    }
  }

  private String value(String service) {
    String value = service + "-" + serial.incrementAndGet();
    intended.add(value);
    return value;
  }

  private static JsonObject both(String value) {
    return new JsonObject().put("left", value).put("right", value);
  }
}
