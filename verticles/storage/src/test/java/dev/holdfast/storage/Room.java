package dev.holdfast.storage;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.Codecs;
import dev.holdfast.bus.Route;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.Item;
import dev.holdfast.messages.storage.LoadStored;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.Validation;
import dev.holdfast.model.Values;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The room on a real file, asked over the bus as the other rooms ask it. */
final class Room implements AutoCloseable {
  static final Instant NOON = Instant.parse("2026-11-22T12:00:00.5Z");

  final Vertx vertx = Vertx.vertx();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Bus bus = new Bus(vertx);
  final Path file;
  TestMac macs = TestMac.of("key-1");
  boolean create = true;
  private String deployment;

  private Room(Path file) {
    this.file = file;
    Codecs.register(vertx);
  }

  /** A running room over files that show that there was a database. */
  static Room openExisting(Path file) {
    Room room = new Room(file);
    room.create = false;
    room.start();
    return room;
  }

  /** A running room; throws what the start failed with. */
  static Room open(Path file) {
    Room room = new Room(file);
    try {
      room.start();
      return room;
    } catch (RuntimeException e) {
      room.close();
      throw e;
    }
  }

  void start() {
    deployment =
        await(
            vertx.deployVerticle(
                new StorageVerticle(
                    new StorageVerticle.Options(file, 2, 365, create, false), macs, meters)));
  }

  void stop() {
    await(vertx.undeploy(deployment));
  }

  <Q, R> R ask(Route<Q, R> route, Q question) {
    return await(bus.call(route, question));
  }

  /** What the call fails with. */
  <Q, R> BusFailure refused(Route<Q, R> route, Q question) {
    return failure(bus.call(route, question));
  }

  Committed commit(ServiceWrite... writes) {
    return ask(StorageRoutes.COMMIT, change(writes));
  }

  /** A schema for a service, and the model's hash with it. */
  void register(String service) {
    ask(
        StorageRoutes.COMMIT,
        new CommitChange(
            List.of(),
            List.of(new SchemaWrite(service, SchemaOrigin.REGISTERED, "{}")),
            "hash",
            "anna",
            null,
            NOON));
  }

  Stored load() {
    return ask(StorageRoutes.LOAD, new LoadStored());
  }

  StoredService service(String name) {
    return load().services().stream()
        .filter(service -> service.service().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** A plain connection of another program. */
  Connection stranger() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  void sql(String... statements) throws SQLException {
    try (Connection connection = stranger();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The first column of the first row. */
  String one(String sql) throws SQLException {
    try (Connection connection = stranger();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : "no row";
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  static CommitChange change(ServiceWrite... writes) {
    return new CommitChange(List.of(writes), List.of(), null, "anna", "because", NOON);
  }

  /** The same, with entries of the access log. */
  static CommitChange audited(ServiceWrite write, AccessEntry... access) {
    return new CommitChange(
        List.of(write), List.of(), null, "anna", "because", NOON, List.of(access));
  }

  static AccessEntry entry(String action) {
    return new AccessEntry("anna", action, "camera", null, true, "because", NOON);
  }

  /** One setting of one service, with one row of history. */
  static ServiceWrite.Put put(String service, long expected, String key, Object value) {
    return new ServiceWrite.Put(
        service,
        expected,
        Values.of(Map.of(key, value)),
        Set.of(key),
        List.of(item(key, "what it does")),
        Set.of(),
        List.of(new Difference(key, null, value)));
  }

  static ServiceWrite.Remove remove(String service, long expected) {
    return new ServiceWrite.Remove(service, expected, List.of());
  }

  static Item item(String key, String description) {
    return item(key, description, FieldType.INTEGER, Complexity.SIMPLE);
  }

  static Item item(String key, String description, FieldType type, Complexity complexity) {
    return new Item(
        new FieldSpec(
            key,
            type,
            false,
            complexity,
            description,
            null,
            List.of("1", "2"),
            null,
            Validation.NONE,
            false,
            null),
        "1");
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  static BusFailure failure(Future<?> future) {
    try {
      Object result = await(future);
      throw new AssertionError("succeeded with " + result);
    } catch (BusFailure e) {
      return e;
    }
  }
}
