package dev.holdfast.bench;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The database file is moved away under the manager; then it is rebuilt by the call. */
final class Faults implements Measurement {
  @Override
  public List<Row> run(Bench bench) throws Exception {
    Figure entered = new Figure();
    Figure rebuilt = new Figure();
    for (int round = 0; round < bench.rounds(); round++) {
      String token = "rebuild-token-of-more-than-128-bits-0123456789";
      try (Manager manager =
          Manager.start(bench, "fault-" + round, Map.of("REBUILD_TOKEN", token))) {
        Path database = manager.folder().resolve("data/config/config.db");
        TimeUnit.SECONDS.sleep(2);
        long began = System.nanoTime();
        Files.move(database, database.resolveSibling("elsewhere"));
        await(manager, "read-only-fallback");
        entered.add((System.nanoTime() - began) / 1e6);
        began = System.nanoTime();
        JsonObject body = new JsonObject().put("token", token).put("force", true);
        manager.http().call(HttpMethod.POST, Manager.API + "/rebuild", body).ok();
        await(manager, "normal");
        rebuilt.add((System.nanoTime() - began) / 1e6);
        long version = manager.read("router").getLong("version");
        Http.await(manager.patch("router", version, "router_stream_min_chars", 31));
      }
    }
    Bench.say("faults: fallback after " + entered.show() + ", rebuilt in " + rebuilt.show());
    return List.of(
        Row.figure("fallback after the database is gone, ms", entered, Row.Aim.atMost(1_000, "ms")),
        Row.figure("rebuild, from the call to normal, ms", rebuilt, Row.Aim.atMost(5_000, "ms")));
  }

  private static void await(Manager manager, String mode) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!manager.health().getString("operational_mode").equals(mode)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not " + mode + ": " + manager.health());
      }
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }
}
