package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.Codecs;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.SignUpdate;
import dev.holdfast.messages.crypto.SignedDeletion;
import dev.holdfast.messages.crypto.SignedUpdate;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.Caller;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A hub behind a real server, with stand-ins for the settings room and the crypto room. */
final class SseFixture {
  static final String EPOCH = "7c1d4c3e-9a53-4f0e-8f2b-52a4a2f6f3f1";
  static final String OTHER_EPOCH = "11111111-2222-4333-8444-555555555555";
  static final SseLimits LIMITS = new SseLimits(100, 64 * 1024, 60_000, 30_000, 60_000, 20);

  private static final ConnectionCounts.Limits CONNECTIONS =
      new ConnectionCounts.Limits(100, 100, 60_000, 500, 20);

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Bus bus;
  private final Vertx vertx;
  private final Map<String, ServiceSnapshot> services = new TreeMap<>();
  private final Map<String, Tombstone> tombstones = new TreeMap<>();
  private final List<SignUpdate> signed = new ArrayList<>();
  private String epoch = EPOCH;
  private long revision;
  private int failingSignatures;
  private Promise<Void> hold = Promise.promise();
  private Room room;
  private int port;

  SseFixture(Vertx vertx) {
    this.vertx = vertx;
    Codecs.register(vertx);
    bus = new Bus(vertx);
    hold.complete();
    bus.serve(SettingsRoutes.STATE, question -> Future.succeededFuture(state()));
    bus.serve(CryptoRoutes.SIGN_UPDATE, this::sign);
    bus.serve(
        CryptoRoutes.SIGN_DELETION,
        question ->
            Future.succeededFuture(
                new SignedDeletion(
                    question.service(),
                    question.version(),
                    "{\"service\":\"%s\",\"version\":%d}"
                        .formatted(question.service(), question.version()))));
  }

  /** Deploys the hub and its server. */
  SseFixture start(SseLimits limits) throws Exception {
    room = new Room(limits);
    await(vertx.deployVerticle(room));
    port = room.port;
    return this;
  }

  /** Connects; {@code headers} alternate names and values. */
  SseClient connect(String query, String... headers) throws Exception {
    return new SseClient(port, query, 0, headers).read();
  }

  /** Connects with a small receive buffer and reads nothing. */
  SseClient connectWithoutReading(String query) throws Exception {
    return new SseClient(port, query, 4096);
  }

  /** The same over HTTP/2, in whose windows there is room for everything. */
  Socket connectHttp2WithoutReading() throws Exception {
    return StuckHttp2.ask(port, "/api/config/events");
  }

  void close() throws Exception {
    await(room.closeHub());
  }

  /** Changes services in one revision and announces it. */
  void put(String value, String... names) {
    bus.publish(SettingsRoutes.CHANGED, change(value, names));
  }

  /** Changes services in one revision; the event is not published. */
  synchronized ConfigChanged change(String value, String... names) {
    revision++;
    List<ServiceSnapshot> changed = new ArrayList<>();
    for (String name : names) {
      ServiceSnapshot before = services.get(name);
      ServiceSnapshot after =
          new ServiceSnapshot(
              name,
              before == null ? 1 : before.version() + 1,
              revision,
              epoch,
              Instant.EPOCH,
              "test",
              Values.of(Map.of("value", value)),
              Set.of("value"),
              new ServiceSchema(name, SchemaOrigin.UNTYPED, "{}", List.of()));
      services.put(name, after);
      tombstones.remove(name);
      changed.add(after);
    }
    return new ConfigChanged(revision, epoch, 1, changed, List.of());
  }

  synchronized void delete(String name) {
    revision++;
    Tombstone tombstone =
        new Tombstone(name, services.remove(name).version() + 1, revision, epoch, Instant.EPOCH);
    tombstones.put(name, tombstone);
    bus.publish(
        SettingsRoutes.CHANGED,
        new ConfigChanged(revision, epoch, 1, List.of(), List.of(tombstone)));
  }

  /** Another life of the database. */
  synchronized void rebuild(String newEpoch) {
    epoch = newEpoch;
    revision = 0;
    services.clear();
    tombstones.clear();
  }

  synchronized void failSignatures(int count) {
    failingSignatures = count;
  }

  /** Signatures wait until {@link #release}. */
  synchronized void hold() {
    hold = Promise.promise();
  }

  void release() {
    Promise<Void> held;
    synchronized (this) {
      held = hold;
    }
    held.complete();
  }

  /** The updates that were asked to be signed, as {@code service@version}. */
  synchronized List<String> signed() {
    return signed.stream().map(question -> question.service() + "@" + question.version()).toList();
  }

  double metric(String name) {
    return meters.find(name).meters().stream()
        .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false))
        .mapToDouble(measurement -> measurement.getValue())
        .sum();
  }

  /** Waits until it holds, at most 5 s. */
  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 5 s: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private synchronized State state() {
    return new State(
        revision, epoch, 1, List.copyOf(services.values()), List.copyOf(tombstones.values()));
  }

  private synchronized Future<SignedUpdate> sign(SignUpdate question) {
    signed.add(question);
    if (failingSignatures > 0) {
      failingSignatures--;
      return Future.failedFuture(BusFailure.of(FailureCode.UNAVAILABLE, "no signature today"));
    }
    return hold.future()
        .map(
            released ->
                new SignedUpdate(
                    question.service(),
                    question.version(),
                    question.epoch(),
                    "{\"service\":\"%s\",\"config\":%s,\"version\":%d}"
                        .formatted(question.service(), question.config(), question.version())));
  }

  private final class Room extends VerticleBase {
    private final SseLimits limits;
    private SseHub hub;
    private Connections connections;
    private int port;

    Room(SseLimits limits) {
      this.limits = limits;
    }

    @Override
    public Future<?> start() {
      hub = new SseHub(new Bus(vertx), vertx, meters, limits);
      connections = new Connections(vertx, new ConnectionCounts(CONNECTIONS, meters));
      connections.start();
      HttpServer server =
          vertx
              .createHttpServer(new HttpServerOptions().setSendBufferSize(16 * 1024))
              .connectionHandler(connections::opened)
              .requestHandler(
                  request -> {
                    connections.running(request);
                    String names = request.getParam("services", "");
                    String scope = request.getHeader("X-Scope");
                    hub.attach(
                        request,
                        names.isEmpty()
                            ? Set.of()
                            : Arrays.stream(names.split(",")).collect(Collectors.toSet()),
                        new Caller("reader", scope == null ? null : Set.of(scope), "req-1"),
                        () -> true);
                  });
      return hub.start()
          .compose(started -> server.listen(0, "127.0.0.1"))
          .onSuccess(listening -> port = listening.actualPort());
    }

    Future<Void> closeHub() {
      Promise<Void> done = Promise.promise();
      context.runOnContext(
          now -> {
            hub.close();
            connections.close();
            done.complete();
          });
      return done.future();
    }
  }
}
