package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritersIT {
  private static final int WRITERS = 200;
  private static final int SERVICES = 20;

  @TempDir Path folder;

  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final Map<String, String> serviceOf = new ConcurrentHashMap<>();
  private final AtomicInteger losers = new AtomicInteger();

  @Test
  void patch_200WritersOn20Services_everyOneIsThereOnceAndNoVersionIsMissing() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      for (int i = 0; i < SERVICES; i++) {
        HttpResponse<String> made =
            manager.call(
                "PUT",
                "/api/config/services/service-" + i + "?untyped=true",
                manager.admin(),
                "{\"version\":0,\"config\":{\"writer\":\"none\"}}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
      }
      try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/#");
          EventStream stream = new EventStream(manager, "", null)) {
        write(manager);
        assertThat(acknowledged).hasSize(WRITERS);
        assertThat(losers.get()).as("some must have lost, else nothing was tested").isPositive();
        verifyHistory(manager);
        for (int i = 0; i < SERVICES; i++) {
          String service = "service-" + i;
          long version = manager.service(service).getLong("version");
          assertThat(versionsOf(service)).as(service).containsExactlyElementsOf(range(2, version));
          await().atMost(Duration.ofSeconds(5)).until(() -> subscriber.version(service) == version);
          await()
              .atMost(Duration.ofSeconds(5))
              .until(() -> newestEvent(stream, service) == version);
        }
      }
    }
  }

  private void write(ManagerProcess manager) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        writers.add(pool.submit(() -> writeOnce(manager, writer)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private Void writeOnce(ManagerProcess manager, int writer) throws Exception {
    String service = "service-" + writer % SERVICES;
    String value = "writer-" + writer;
    long version = 1;
    for (int attempt = 0; attempt < 500; attempt++) {
      HttpResponse<String> response =
          manager.patch(service, version, new JsonObject().put("writer", value).encode());
      JsonObject body = new JsonObject(response.body());
      if (response.statusCode() == 200) {
        serviceOf.put(value, service);
        assertThat(acknowledged.put(value, body.getLong("version"))).isNull();
        return null;
      }
      assertThat(response.statusCode()).as(response.body()).isEqualTo(409);
      losers.incrementAndGet();
      long current = body.getLong("current_version");
      assertThat(current).isGreaterThan(version);
      version = current;
    }
    throw new AssertionError(value + " never won");
  }

  private void verifyHistory(ManagerProcess manager) throws Exception {
    Map<String, Integer> found = new TreeMap<>();
    for (Object entry :
        new JsonObject(manager.get("/api/config/history?limit=1000&key=writer").body())
            .getJsonArray("entries")) {
      JsonObject row = (JsonObject) entry;
      found.merge(row.getString("new_value"), 1, Integer::sum);
      if (serviceOf.containsKey(row.getString("new_value"))) {
        assertThat(row.getString("service")).isEqualTo(serviceOf.get(row.getString("new_value")));
      }
    }
    for (String value : acknowledged.keySet()) {
      assertThat(found.get(value)).as(value).isEqualTo(1);
    }
  }

  private List<Long> versionsOf(String service) {
    TreeSet<Long> versions = new TreeSet<>();
    acknowledged.forEach(
        (value, version) -> {
          if (service.equals(serviceOf.get(value))) {
            assertThat(versions.add(version)).as("version %s given once", version).isTrue();
          }
        });
    return List.copyOf(versions);
  }

  private static List<Long> range(long from, long to) {
    List<Long> range = new ArrayList<>();
    for (long i = from; i <= to; i++) {
      range.add(i);
    }
    return range;
  }

  private static long newestEvent(EventStream stream, String service) {
    return stream.of("config").stream()
        .map(event -> new JsonObject(event.data()))
        .filter(message -> message.getString("service").equals(service))
        .mapToLong(message -> message.getLong("version"))
        .max()
        .orElse(0);
  }
}
