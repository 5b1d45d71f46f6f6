package dev.holdfast.bench;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A thousand secrets are sealed anew with another master key, while somebody reads. */
final class Rotation implements Measurement {
  private static final int SERVICES = 20;
  private static final int EACH = 50;
  private static final String NAME = "rotation";

  @Override
  public List<Row> run(Bench bench) throws Exception {
    Figure took = new Figure();
    Figure slowest = new Figure();
    for (int round = 0; round < Math.min(3, bench.rounds()); round++) {
      String name = NAME + "-" + round;
      Path folder = bench.work().resolve(name);
      try (Manager manager = Manager.start(bench, name, Map.of())) {
        for (int i = 0; i < SERVICES; i++) {
          secrets(manager, "vault-" + i);
        }
      }
      Files.delete(folder.resolve("log"));
      String command = bench.home().resolve("holdfast").toString();
      try (Server rotate =
          Server.start(bench.serverCpus(), folder, Map.of(), command, "rotate", "master")) {
        rotate.end();
      }
      try (Manager manager = Manager.start(bench, name, Map.of())) {
        slowest.add(readUntilSealed(manager, folder.resolve("log")).max());
        double millis = took(Files.readString(folder.resolve("log")));
        took.add(millis);
        Bench.say("rotation: %s ms".formatted(Figure.number(millis)));
      }
    }
    return List.of(
        Row.figure("1,000 secrets sealed anew, ms", took, Row.Aim.atMost(2_000, "ms")),
        Row.told("slowest read meanwhile, ms", slowest));
  }

  private static Samples readUntilSealed(Manager manager, Path log) throws IOException {
    Samples reads = new Samples();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!Files.readString(log).contains("All secrets that open")) {
      long began = System.nanoTime();
      manager.read("vault-3");
      reads.add(System.nanoTime() - began);
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not sealed anew in 30 s");
      }
    }
    return reads;
  }

  private static void secrets(Manager manager, String service) throws IOException {
    Map<String, Object> properties = new TreeMap<>();
    JsonObject values = new JsonObject();
    for (int i = 0; i < EACH; i++) {
      properties.put("key_" + i, new JsonObject().put("type", "string").put("x-secret", true));
      values.put("key_" + i, "secret " + service + i);
    }
    manager.register(
        service,
        new JsonObject()
            .put("$schema", "https://json-schema.org/draft/2020-12/schema")
            .put("type", "object")
            .put("additionalProperties", false)
            .put("properties", new JsonObject(properties)));
    JsonObject body =
        new JsonObject().put("service", service).put("version", 1).put("config", values);
    manager.http().call(HttpMethod.PUT, Manager.API + "/services/" + service, body).ok();
  }

  private static double took(String log) {
    Instant began = at(log, "secrets are under another key");
    return Duration.between(began, at(log, "All secrets that open")).toMillis();
  }

  private static Instant at(String log, String message) {
    return log.lines()
        .filter(line -> line.contains(message))
        .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("not logged: " + message));
  }
}
