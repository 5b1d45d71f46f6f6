package dev.holdfast.app;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.Codecs;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.crypto.CryptoVerticle;
import dev.holdfast.lkg.LkgVerticle;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.lkg.LkgRoutes;
import dev.holdfast.messages.lkg.ReadLkg;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The rooms that a command needs running: those that keep nothing open. All block. */
final class CommandRooms implements AutoCloseable {
  private static final int SECONDS = 60;

  private final Vertx vertx;

  private CommandRooms() {
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
    Codecs.register(vertx);
  }

  /** None yet. */
  static CommandRooms none() {
    return new CommandRooms();
  }

  /**
   * The crypto room.
   *
   * @throws StartFailure when a key is missing or malformed
   */
  static CommandRooms crypto(Map<String, String> values) {
    CryptoVerticle.Options keys = keys(values);
    CommandRooms rooms = new CommandRooms();
    rooms.deploy(new CryptoVerticle(keys));
    return rooms;
  }

  /** The keys, or the failure that a start would end with. */
  static CryptoVerticle.Options keys(Map<String, String> values) {
    try {
      return Bootstrap.crypto(values);
    } catch (IllegalArgumentException e) {
      throw StartFailure.configuration(String.valueOf(e.getMessage()));
    }
  }

  Vertx vertx() {
    return vertx;
  }

  /**
   * What a last-known-good file holds; needs the crypto room.
   *
   * @throws BusFailure {@code NOT_FOUND} with the reason where there is none to be believed
   */
  LkgContent cache(Path file) {
    deploy(new LkgVerticle(new LkgVerticle.Options(file, 0), new SimpleMeterRegistry()));
    return await(new Bus(vertx).call(LkgRoutes.READ, new ReadLkg()));
  }

  private void deploy(Deployable room) {
    try {
      await(vertx.deployVerticle(room));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The outcome; throws what it failed with. */
  <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw BusFailure.of(FailureCode.UNAVAILABLE, "no outcome within " + SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BusFailure.of(FailureCode.UNAVAILABLE, "interrupted");
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
