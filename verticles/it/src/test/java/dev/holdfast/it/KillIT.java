package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL while writing, again and again; what was acknowledged is kept outside the process. */
class KillIT {
  private static final int CYCLES = Integer.getInteger("holdfast.kills", 20);
  private static final List<String> SERVICES = List.of("one", "two", "three", "four");

  @TempDir Path folder;

  private final Map<String, Set<String>> acknowledged = new ConcurrentHashMap<>();
  private final Map<String, Long> newest = new ConcurrentHashMap<>();
  private final AtomicInteger serial = new AtomicInteger();

  @Test
  void kill_whileWriting_losesNothingAcknowledged() throws Exception {
    Random random = new Random(3);
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      for (String service : SERVICES) {
        acknowledged.put(service, ConcurrentHashMap.newKeySet());
        manager.call(
            "PUT",
            "/api/config/services/" + service + "?untyped=true",
            manager.admin(),
            "{\"version\":0,\"config\":{\"value\":\"none\"}}");
      }
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          String service = SERVICES.get(i % SERVICES.size());
          Thread writer = new Thread(() -> write(manager, service));
          writers.add(writer);
          writer.start();
        }
        TimeUnit.MILLISECONDS.sleep(150 + random.nextInt(500));
        manager.kill();
        for (Thread writer : writers) {
          writer.join();
        }
        manager.startAgain();
        verify(manager);
      }
      int total = acknowledged.values().stream().mapToInt(Set::size).sum();
      assertThat(total).as("changes acknowledged over all cycles").isGreaterThan(CYCLES);
    }
  }

  private void write(ManagerProcess manager, String service) {
    try {
      long version = manager.service(service).getLong("version");
      while (true) {
        String value = "v" + serial.incrementAndGet();
        HttpResponse<String> response =
            manager.patch(service, version, new JsonObject().put("value", value).encode());
        JsonObject body = new JsonObject(response.body());
        if (response.statusCode() == 200) {
          version = body.getLong("version");
          acknowledged.get(service).add(value);
          newest.merge(service, version, Math::max);
        } else if (response.statusCode() == 409) {
          version = body.getLong("current_version");
        }
      }
    } catch (IOException e) {
      serial.incrementAndGet(); // The process is gone, as it should be.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void verify(ManagerProcess manager) throws Exception {
    for (String service : SERVICES) {
      JsonObject state = manager.service(service);
      assertThat(state.getLong("version"))
          .as(service)
          .isGreaterThanOrEqualTo(newest.getOrDefault(service, 1L));
      Set<String> inHistory = history(manager, service);
      assertThat(inHistory).as(service).containsAll(acknowledged.get(service));
      assertThat(inHistory)
          .as("the state is the newest of the history")
          .contains(state.getJsonObject("config").getString("value"));
    }
    try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/#")) {
      for (String service : SERVICES) {
        long version = manager.service(service).getLong("version");
        await().atMost(Duration.ofSeconds(5)).until(() -> subscriber.version(service) == version);
        await()
            .atMost(Duration.ofSeconds(5))
            .ignoreExceptions()
            .until(
                () ->
                    new JsonObject(Files.readString(manager.data("config.lkg.json")))
                            .getJsonObject("payload")
                            .getJsonObject("versions")
                            .getLong(service)
                        == version);
      }
    }
  }

  /** The values in the history of a service; each must be there once. */
  private static Set<String> history(ManagerProcess manager, String service) throws Exception {
    Set<String> values = new HashSet<>();
    String before = "";
    while (true) {
      JsonObject page =
          new JsonObject(
              manager.get("/api/config/history?limit=1000&service=" + service + before).body());
      for (Object entry : page.getJsonArray("entries")) {
        JsonObject row = (JsonObject) entry;
        assertThat(values.add(row.getString("new_value")))
            .as("%s twice", row.getString("new_value"))
            .isTrue();
        before = "&before=" + row.getLong("id");
      }
      if (page.getJsonArray("entries").size() < 1000) {
        return values;
      }
    }
  }
}
