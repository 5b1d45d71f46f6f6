package dev.holdfast.bench;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** How cost grows with services, settings, history, readers and the size of a value. */
final class Grow {
  private static final String ONE = "grown";
  private static final int ROUNDS = 3;
  private static final int CALLS = 400;

  private final Bench bench;

  /** Takes a curve that is ready. */
  interface Result {
    void take(Curve curve) throws Exception;
  }

  Grow(Bench bench) {
    this.bench = bench;
  }

  /** Measures the curves of these names, all where there is none, and hands each on. */
  void run(Collection<String> names, Result result) throws Exception {
    Map<String, Callable<Curve>> all = new LinkedHashMap<>();
    all.put("services", this::services);
    all.put("settings", this::settings);
    all.put("history", this::history);
    all.put("readers", this::readers);
    all.put("values", this::values);
    for (String name : names.isEmpty() ? all.keySet() : names) {
      Callable<Curve> curve = all.get(name);
      if (curve == null) {
        throw new IllegalArgumentException(name + " (expected: of " + all.keySet() + ")");
      }
      result.take(curve.call());
    }
  }

  private Curve services() throws Exception {
    Curve curve =
        new Curve(
            "grow-services",
            "services",
            "read, p50 ms",
            "commit, p50 ms",
            "cache rewrite, mean ms",
            "resident, MiB",
            "start to ready, ms");
    for (int services : new int[] {10, 100, 1_000, 10_000}) {
      String name = "services-" + services;
      double[] costs;
      try (Manager manager = Manager.start(bench, name, heap("1g"))) {
        JsonObject config = new JsonObject();
        for (int key = 0; key < 10; key++) {
          config.put("setting_" + key, "value of the setting " + key);
        }
        fill(manager, services, config);
        costs = costs(manager);
      }
      try (Manager again = Manager.start(bench, name, heap("1g"))) {
        curve.add(services, costs[0], costs[1], costs[2], costs[3], again.readyMillis());
      }
    }
    return curve;
  }

  private Curve settings() throws Exception {
    Curve curve =
        new Curve(
            "grow-settings",
            "settings",
            "read, p50 ms",
            "commit, p50 ms",
            "search with a hit a service, p50 ms",
            "search with a hit each, p50 ms",
            "cache rewrite, mean ms");
    for (int settings : new int[] {100, 1_000, 10_000, 100_000}) {
      try (Manager manager = Manager.start(bench, "settings-" + settings, heap("1g"))) {
        manager.untyped(ONE, new JsonObject().put("setting", 0));
        Search.fill(manager, settings / 100);
        double[] costs = costs(manager);
        curve.add(
            settings, costs[0], costs[1], search(manager, "_042"), search(manager, "e"), costs[2]);
      }
    }
    return curve;
  }

  /** Rows beyond those of real changes are written by SQL: nobody makes ten million changes. */
  private Curve history() throws Exception {
    Curve curve =
        new Curve(
            "grow-history",
            "rows of history",
            "read, p50 ms",
            "commit, p50 ms",
            "newest 50 of a service, p50 ms",
            "start to ready, ms");
    String name = "history";
    long rows = 0;
    for (long wanted : new long[] {1_000, 10_000, 100_000, 1_000_000, 10_000_000}) {
      try (Manager manager = Manager.start(bench, name, Map.of())) {
        if (rows == 0) {
          manager.untyped(ONE, new JsonObject().put("setting", 0));
          costs(manager);
        }
      }
      Path database = bench.work().resolve(name).resolve("data/config/config.db");
      rows = History.grow(database, wanted);
      try (Manager manager = Manager.start(bench, name, Map.of())) {
        double[] costs = costs(manager);
        double newest =
            p50(
                i ->
                    manager
                        .http()
                        .send(
                            HttpMethod.GET, Manager.API + "/history?limit=50&service=" + ONE, null)
                        .map(Http.Reply::ok));
        curve.add(wanted, costs[0], costs[1], newest, manager.readyMillis());
      }
    }
    return curve;
  }

  private Curve readers() throws Exception {
    Curve curve =
        new Curve(
            "grow-readers", "SSE readers", "fan-out, p50 ms", "fan-out, p99 ms", "resident, MiB");
    for (int readers : new int[] {1, 10, 100, 1_000, 10_000}) {
      try (Manager manager = Manager.start(bench, "readers-" + readers, Map.of())) {
        Push push = new Push(manager);
        Sse.fanOut(bench, manager, push, Math.min(readers, 100), 200);
        Samples samples = Sse.fanOut(bench, manager, push, readers, 30);
        curve.add(readers, samples.p50(), samples.p99(), manager.server().peakMib());
      }
    }
    return curve;
  }

  private Curve values() throws Exception {
    Curve curve = new Curve("grow-values", "bytes of a value", "read, p50 ms", "commit, p50 ms");
    try (Manager manager = Manager.start(bench, "values", heap("1g"))) {
      for (int kib : new int[] {1, 4, 16, 64, 256}) {
        String service = "value-" + kib;
        manager.untyped(service, new JsonObject().put("setting", "x".repeat(kib << 10)));
        curve.add(kib << 10, read(manager, service), commit(manager, service, kib << 10));
      }
    }
    return curve;
  }

  private static Map<String, String> heap(String most) {
    return Map.of("JAVA_OPTS", "-Xmx" + most);
  }

  private static void fill(Manager manager, int services, JsonObject config) throws IOException {
    manager.untyped(ONE, new JsonObject().put("setting", 0));
    for (int from = 1; from < services; from += 50) {
      List<Future<?>> made = new ArrayList<>();
      for (int i = from; i < Math.min(services, from + 50); i++) {
        JsonObject body =
            new JsonObject().put("service", "s-" + i).put("version", 0).put("config", config);
        made.add(
            manager
                .http()
                .send(
                    HttpMethod.PUT,
                    Manager.API + "/services/s-" + i + "?untyped=true",
                    body.toBuffer())
                .map(Http.Reply::ok));
      }
      Http.await(Future.all(made));
    }
  }

  /** Read and commit of the one service, a rewrite of the cache, what is resident. */
  private double[] costs(Manager manager) throws Exception {
    commit(manager, ONE, 0);
    TimeUnit.SECONDS.sleep(1);
    double sum = manager.metric("holdfast_lkg_write_seconds_sum");
    double count = manager.metric("holdfast_lkg_write_seconds_count");
    double commit = commit(manager, ONE, 0);
    TimeUnit.SECONDS.sleep(1);
    double rewrite =
        (manager.metric("holdfast_lkg_write_seconds_sum") - sum)
            / (manager.metric("holdfast_lkg_write_seconds_count") - count)
            * 1000;
    return new double[] {read(manager, ONE), commit, rewrite, manager.server().residentMib()};
  }

  private double read(Manager manager, String service) throws IOException {
    String path = Manager.API + "/services/" + service + "?include_fields=false";
    return p50(i -> manager.http().send(HttpMethod.GET, path, null).map(Http.Reply::ok));
  }

  private double commit(Manager manager, String service, int length) throws IOException {
    long[] version = {manager.read(service).getLong("version")};
    return p50(
        i -> {
          long next = version[0];
          Object value =
              length == 0 ? next : (next + " ").repeat(length / 2 + 1).substring(0, length);
          return manager
              .patch(service, next, "setting", value)
              .onSuccess(made -> version[0] = made);
        });
  }

  private double search(Manager manager, String query) throws IOException {
    JsonObject question = new JsonObject().put("query", query);
    return p50(
        i ->
            manager
                .http()
                .send(HttpMethod.POST, Manager.API + "/search", question.toBuffer())
                .map(Http.Reply::ok));
  }

  /** The least p50 of some rounds, each of many calls one after the other. */
  private double p50(IntFunction<Future<?>> call) throws IOException {
    double least = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
      Samples samples = new Samples();
      for (int i = 0; i < CALLS; i++) {
        long began = System.nanoTime();
        Http.await(call.apply(i).map(done -> done));
        samples.add(System.nanoTime() - began);
      }
      least = Math.min(least, samples.p50());
    }
    return least;
  }
}
