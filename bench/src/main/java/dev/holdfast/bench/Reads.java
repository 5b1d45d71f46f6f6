package dev.holdfast.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An authenticated read of 1 KiB over 64 kept-alive connections. */
final class Reads implements Measurement {
  static final int CONNECTIONS = 64;
  static final String SERVICE = "read-me";
  static final String PATH = Manager.API + "/services/" + SERVICE + "?include_fields=false";

  private static final int BYTES = 1024;
  private static final double ETCD_WARM_UP = 5;
  private static final String WORK = "read of 1 KiB, 64 connections, 1/s";
  private static final Map<String, String> ASKER =
      Map.of("x-api-token", Manager.TOKEN, "x-request-id", "bench");

  /** Who is asked, what the answer must be, and how many seconds it takes to warm up. */
  private record Side(
      Server server, Wrk.Question question, Http http, Buffer expected, double warmUp) {}

  @Override
  public List<Row> run(Bench bench) throws Exception {
    Map<String, Side> sides = new LinkedHashMap<>();
    Optional<Path> etcdProgram = Server.find(Etcd.PROGRAM);
    Optional<Path> springJar = Spring.jar(bench);
    List<AutoCloseable> open = new ArrayList<>();
    try {
      Manager manager = Manager.start(bench, "reads", Map.of());
      open.add(manager);
      JsonObject config = fill(manager);
      Http asking = bench.http(manager.http().port(), 1, ASKER);
      open.add(asking);
      sides.put("holdfast", side(manager.server(), asking, PATH, null, bench.warmUp()));
      Server bare = bare(bench, asking, sides, open);
      open.add(bare);
      if (etcdProgram.isPresent()) {
        Etcd etcd = Etcd.start(bench, etcdProgram.get());
        open.add(etcd);
        Http.await(etcd.put(SERVICE, asking.get(PATH).ok().body().toString()));
        sides.put(
            "etcd",
            side(etcd.server(), etcd.http(), "/v3/kv/range", Etcd.range(SERVICE), ETCD_WARM_UP));
      }
      if (springJar.isPresent()) {
        Spring spring = Spring.start(bench, springJar.get(), SERVICE, config);
        open.add(spring);
        sides.put(
            "spring",
            side(
                spring.server(),
                spring.http(),
                "/" + SERVICE + "/default",
                null,
                bench.warmUp() / 2));
      }
      return rows(measure(bench, sides));
    } finally {
      for (int i = open.size() - 1; i >= 0; i--) {
        open.get(i).close();
      }
    }
  }

  private static Map<String, Figure> measure(Bench bench, Map<String, Side> sides)
      throws Exception {
    Map<String, Figure> figures = new LinkedHashMap<>();
    for (Side side : sides.values()) {
      side.server().hold();
    }
    for (Side side : sides.values()) {
      side.server()
          .turn(() -> Wrk.run(bench.loadCpus(), CONNECTIONS, (int) side.warmUp(), side.question()));
    }
    for (int round = -1; round < bench.rounds(); round++) {
      for (Map.Entry<String, Side> side : sides.entrySet()) {
        double rate = side.getValue().server().turn(() -> ask(bench, side.getValue()));
        Bench.say(
            "reads, round %d of %d: %s %s/s"
                .formatted(round + 1, bench.rounds(), side.getKey(), Figure.number(rate)));
        if (round >= 0) {
          figures.computeIfAbsent(side.getKey(), made -> new Figure()).add(rate);
        }
      }
    }
    return figures;
  }

  /** While wrk counts, another connection reads on and holds every byte against what it must be. */
  private static double ask(Bench bench, Side side) throws Exception {
    AtomicBoolean running = new AtomicBoolean(true);
    var checking =
        bench
            .vertx()
            .executeBlocking(
                () -> {
                  long checked = 0;
                  while (running.get()) {
                    check(side);
                    checked++;
                    Thread.sleep(20);
                  }
                  return checked;
                },
                false);
    double rate;
    try {
      rate = Wrk.run(bench.loadCpus(), CONNECTIONS, bench.seconds(), side.question());
    } finally {
      running.set(false);
    }
    if (Http.await(checking) == 0) {
      throw new IllegalStateException("nothing was checked");
    }
    return rate;
  }

  private static void check(Side side) throws IOException {
    Wrk.Question question = side.question();
    Buffer body = question.body() == null ? null : Buffer.buffer(question.body());
    String path = question.url().substring(question.url().indexOf('/', 8));
    HttpMethod method = body == null ? HttpMethod.GET : HttpMethod.POST;
    Buffer got = Http.await(side.http().send(method, path, body)).ok().body();
    if (!got.equals(side.expected())) {
      throw new IllegalStateException("other bytes from " + question.url() + ": " + got);
    }
  }

  private static List<Row> rows(Map<String, Figure> figures) {
    Figure ours = figures.get("holdfast");
    List<Row> rows = new ArrayList<>();
    rows.add(
        Row.ratio(WORK, ours, "bare Vert.x handler", figures.get("bare"), Row.Aim.times(0.85)));
    rows.add(against(ours, "etcd, JSON gateway", figures.get("etcd"), 8, Etcd.PROGRAM));
    rows.add(
        against(ours, "Spring Cloud Config", figures.get("spring"), 100, "bench/spring's jar"));
    return rows;
  }

  private static Row against(
      Figure ours, String name, @Nullable Figure theirs, double times, String missing) {
    return theirs == null
        ? Row.missing(WORK, name, missing)
        : Row.ratio(WORK, ours, name, theirs, Row.Aim.times(times));
  }

  /** Makes the service whose answer has exactly 1,024 bytes. */
  private static JsonObject fill(Manager manager) throws IOException {
    JsonObject config = new JsonObject();
    for (int i = 0; i < 10; i++) {
      config.put("setting_" + i, i % 2 == 0 ? i * 1000 : "value of the setting " + i);
    }
    config.put("filler", "x");
    manager.untyped(SERVICE, config);
    int missing = BYTES - manager.http().get(PATH).ok().body().length();
    Http.await(manager.patch(SERVICE, 1, "filler", "x".repeat(missing + 1)));
    int length = manager.http().get(PATH).ok().body().length();
    if (length != BYTES) {
      throw new IllegalStateException(length + " bytes (expected: " + BYTES + ")");
    }
    return config.put("filler", "x".repeat(missing + 1));
  }

  /** Starts the handler with just what the manager answered, and takes it in as a side. */
  private static Server bare(
      Bench bench, Http asking, Map<String, Side> sides, List<AutoCloseable> open)
      throws Exception {
    var response = Http.await(asking.stream(HttpMethod.GET, PATH, null));
    StringBuilder headers = new StringBuilder();
    response.headers().forEach((name, value) -> headers.append(name + ": " + value + "\n"));
    Buffer body = Http.body(response);
    Path folder = bench.work().resolve("bare");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("headers"), headers.toString());
    Files.write(folder.resolve("body"), body.getBytes());
    int port = Server.freePort();
    Server server = bench.java("bare", BareServer.class, String.valueOf(port), "headers", "body");
    Http http = bench.http(port, 1, ASKER);
    open.add(http);
    server.await(http, "/");
    sides.put("bare", side(server, http, PATH, null, bench.warmUp()));
    return server;
  }

  /** Asks once, to know what each answer must be. */
  private static Side side(
      Server server, Http http, String path, @Nullable String body, double warmUp)
      throws IOException {
    HttpMethod method = body == null ? HttpMethod.GET : HttpMethod.POST;
    Buffer sent = body == null ? null : Buffer.buffer(body);
    var response = Http.await(http.stream(method, path, sent));
    long head = "HTTP/1.1 200 OK\r\n\r\n".length();
    for (Map.Entry<String, String> header : response.headers()) {
      head += header.getKey().length() + header.getValue().length() + 4L;
    }
    Buffer expected = Http.body(response);
    boolean told = response.headers().contains("content-length");
    return new Side(
        server,
        new Wrk.Question(
            "http://127.0.0.1:" + http.port() + path,
            ASKER,
            body,
            told ? head + expected.length() : 0),
        http,
        expected,
        warmUp);
  }
}
